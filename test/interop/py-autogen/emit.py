import asyncio

import interop
from autogen_agentchat.agents import AssistantAgent
from autogen_core import SingleThreadedAgentRuntime
from autogen_ext.models.openai import OpenAIChatCompletionClient
from openinference.instrumentation.openai import OpenAIInstrumentor

provider = interop.start()
OpenAIInstrumentor().instrument(tracer_provider=provider)


async def lookup(order: int) -> str:
    """Where an order is."""
    interop.ran("lookup")
    return f"order {order} is on its way"


async def main():
    client = OpenAIChatCompletionClient(model="gpt-5-mini", base_url=interop.OPENAI, api_key="none")
    agent = AssistantAgent("clerk", model_client=client, tools=[lookup], reflect_on_tool_use=True)
    with interop.root():
        await agent.run(task="Where is order 7?")


asyncio.run(main())
provider.shutdown()
