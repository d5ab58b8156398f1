import asyncio

import interop
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.llms.openai import OpenAI
from llama_index.observability.otel import LlamaIndexOpenTelemetry

provider = interop.start()
LlamaIndexOpenTelemetry(tracer_provider=provider).start_registering()
llm = OpenAI(model="gpt-5-mini", api_base=interop.OPENAI, api_key="none")


def lookup(order: int) -> str:
    """Where an order is."""
    interop.ran("lookup")
    return f"order {order} is on its way"


async def agent():
    clerk = FunctionAgent(name="clerk", tools=[lookup], llm=llm, streaming=False)
    await clerk.run("Where is order 7?")


with interop.root():
    asyncio.run(agent())
provider.shutdown()
