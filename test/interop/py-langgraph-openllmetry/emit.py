import os

import interop

os.environ["ANTHROPIC_OPEN_TELEMETRY"] = str(interop.CASE == "anthropic-native").lower()
from langchain.agents import create_agent
from langchain_anthropic import ChatAnthropic
from langchain_openai import ChatOpenAI
from opentelemetry.instrumentation.langchain import LangchainInstrumentor

provider = interop.start()
LangchainInstrumentor().instrument(tracer_provider=provider)


def lookup(order: int) -> str:
    """Where an order is."""
    interop.ran("lookup")
    return f"order {order} is on its way"


MODELS = {
    "openai": lambda: ChatOpenAI(model="gpt-5-mini", base_url=interop.OPENAI, api_key="none"),
    "stream": lambda: ChatOpenAI(
        model="gpt-5-mini", base_url=interop.OPENAI, api_key="none", streaming=True, stream_usage=True
    ),
    "anthropic": lambda: ChatAnthropic(model="claude-sonnet-4-5", base_url=interop.ANTHROPIC, api_key="none"),
}
agent = create_agent(MODELS[interop.CASE.removesuffix("-native")](), [lookup], name="clerk")
config = {"configurable": {"thread_id": interop.SESSION}, "metadata": {"session_id": interop.SESSION}}
ask = {"messages": [{"role": "user", "content": "Where is order 7?"}]}
if interop.CASE.endswith("stream"):
    for _ in agent.stream(ask, config, stream_mode="messages"):
        pass
else:
    agent.invoke(ask, config)
provider.shutdown()
