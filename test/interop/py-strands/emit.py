import asyncio

import interop
from strands import Agent, tool
from strands.models.anthropic import AnthropicModel
from strands.models.openai import OpenAIModel

provider = interop.start()
MODELS = {
    "openai": lambda: OpenAIModel(client_args={"base_url": interop.OPENAI, "api_key": "none"}, model_id="gpt-5-mini"),
    "anthropic": lambda: AnthropicModel(
        client_args={"base_url": interop.ANTHROPIC, "api_key": "none"}, model_id="claude-sonnet-4-5", max_tokens=500
    ),
}


@tool
def lookup(order: int) -> str:
    """Where an order is."""
    interop.ran("lookup")
    return f"order {order} is on its way"


agent = Agent(
    name="clerk",
    model=MODELS[interop.CASE](),
    tools=[lookup],
    callback_handler=None,
    trace_attributes={"session.id": interop.SESSION},
)


async def main():
    await agent.invoke_async("Where is order 7?")
    await agent.invoke_async("Thanks.")  # one agent object, run twice: its counters go on


asyncio.run(main())
provider.shutdown()
