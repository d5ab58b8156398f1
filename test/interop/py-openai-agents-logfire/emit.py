import interop
import logfire
from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, function_tool, set_trace_processors, trace
from openai import AsyncOpenAI

set_trace_processors([])  # the SDK's own, which would call its maker
# Logfire makes the tracer provider, with an exporter to OTEL_EXPORTER_OTLP_ENDPOINT.
logfire.configure(send_to_logfire=False, console=False)
logfire.instrument_openai_agents()
client = AsyncOpenAI(base_url=interop.OPENAI, api_key="none")
MODELS = {"chat": OpenAIChatCompletionsModel, "responses": OpenAIResponsesModel}


@function_tool
def lookup(order: int) -> str:
    """Where an order is."""
    interop.ran("lookup")
    return f"order {order} is on its way"


agent = Agent(
    name="clerk",
    model=MODELS[interop.CASE](model="gpt-5-mini", openai_client=client),
    model_settings=ModelSettings(include_usage=True),
    tools=[lookup],
)
# Logfire scrubs every attribute whose name has `session` in it.
with interop.root("gen_ai.conversation.id"), trace("support", group_id=interop.SESSION):
    Runner.run_sync(agent, "Where is order 7?")
logfire.shutdown()
