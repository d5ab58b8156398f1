import asyncio

import interop
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.anthropic import Anthropic
from llama_index.llms.openai import OpenAI
from openinference.instrumentation import using_session
from openinference.instrumentation.llama_index import LlamaIndexInstrumentor

provider = interop.start()
LlamaIndexInstrumentor().instrument(tracer_provider=provider)
if interop.CASE == "anthropic":
    llm = Anthropic(model="claude-sonnet-4-5", base_url=interop.ANTHROPIC, api_key="none")
else:
    llm = OpenAI(model="gpt-5-mini", api_base=interop.OPENAI, api_key="none", additional_kwargs={"stream_options": {"include_usage": True}} if interop.CASE == "stream" else {})


def lookup(order: int) -> str:
    """Where an order is."""
    interop.ran("lookup")
    return f"order {order} is on its way"


async def agent():
    clerk = FunctionAgent(name="clerk", tools=[lookup], llm=llm, streaming=interop.CASE == "stream")
    await clerk.run("Where is order 7?")


def embed():
    model = OpenAIEmbedding(model_name="text-embedding-3-small", api_base=interop.OPENAI, api_key="none")
    model.get_text_embedding_batch(["Orders go out on Monday.", "Orders come on Friday."])
    llm.complete("When do orders go out?")


with using_session(interop.SESSION):
    embed() if interop.CASE == "embeddings" else asyncio.run(agent())
provider.shutdown()
