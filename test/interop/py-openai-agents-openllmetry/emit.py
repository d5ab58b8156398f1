import interop
from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, OpenAIResponsesModel, Runner, function_tool, set_trace_processors, trace
from openai import AsyncOpenAI
from opentelemetry.instrumentation.openai_agents import OpenAIAgentsInstrumentor

provider = interop.start()
set_trace_processors([])  # the SDK's own, which would call its maker
OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)
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
with interop.root(), trace("support", group_id=interop.SESSION):
    Runner.run_sync(agent, "Where is order 7?")
provider.shutdown()
