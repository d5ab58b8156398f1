import interop
from openinference.instrumentation import using_session
from openinference.instrumentation.smolagents import SmolagentsInstrumentor
from smolagents import OpenAIServerModel, ToolCallingAgent, tool

provider = interop.start()
SmolagentsInstrumentor().instrument(tracer_provider=provider)


@tool
def lookup(order: int) -> str:
    """Where an order is.

    Args:
        order: its number
    """
    interop.ran("lookup")
    return f"order {order} is on its way"


agent = ToolCallingAgent(
    tools=[lookup],
    model=OpenAIServerModel("gpt-5-mini", api_base=interop.OPENAI, api_key="none"),
    name="clerk",
    description="Knows orders.",
    max_steps=2,
    verbosity_level=0,
)
with using_session(interop.SESSION):
    agent.run("Where is order 7?")
    agent.run("Thanks.", reset=False)  # its counters go on
provider.shutdown()
