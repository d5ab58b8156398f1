import os

import interop

os.environ["HAYSTACK_CONTENT_TRACING_ENABLED"] = str(interop.CASE == "content").lower()
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
from haystack import Pipeline, tracing
from haystack.components.agents import Agent
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage
from haystack.tools import tool
from haystack.utils import Secret
from haystack_integrations.tracing.opentelemetry import OpenTelemetryTracer
from openinference.instrumentation.haystack import HaystackInstrumentor
from opentelemetry import trace

provider = interop.start()
if interop.CASE == "openinference":
    HaystackInstrumentor().instrument(tracer_provider=provider)
else:
    tracing.enable_tracing(OpenTelemetryTracer(trace.get_tracer("haystack")))


@tool
def lookup(order: int) -> str:
    """Where an order is."""
    interop.ran("lookup")
    return f"order {order} is on its way"


generator = OpenAIChatGenerator(model="gpt-5-mini", api_base_url=interop.OPENAI, api_key=Secret.from_token("none"))
pipeline = Pipeline()
pipeline.add_component("agent", Agent(chat_generator=generator, tools=[lookup]))
with interop.root():
    pipeline.run({"agent": {"messages": [ChatMessage.from_user("Where is order 7?")]}})
provider.shutdown()
