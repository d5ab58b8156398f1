import os

import interop

# LangSmith's tracer exports to OpenTelemetry alone, through the global provider.
os.environ["ANTHROPIC_OPEN_TELEMETRY"] = str(interop.CASE == "anthropic-native").lower()
os.environ["LANGSMITH_TRACING"] = "true"
os.environ["LANGSMITH_OTEL_ENABLED"] = "true"
os.environ["LANGSMITH_OTEL_ONLY"] = "true"
os.environ["LANGSMITH_API_KEY"] = "none"
os.environ["LANGSMITH_ENDPOINT"] = interop.MOCK
from langchain.agents import create_agent
from langchain_anthropic import ChatAnthropic
from langchain_core.tracers.langchain import wait_for_all_tracers
from langchain_openai import ChatOpenAI

provider = interop.start()


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
wait_for_all_tracers()
provider.shutdown()
