import asyncio

import interop
from agent_framework import Agent, tool
from agent_framework.anthropic import AnthropicClient
from agent_framework.observability import enable_instrumentation
from agent_framework.openai import OpenAIChatClient, OpenAIChatCompletionClient

provider = interop.start()
enable_instrumentation()
CLIENTS = {
    "chat": lambda: OpenAIChatCompletionClient("gpt-5-mini", base_url=interop.OPENAI, api_key="none"),
    "responses": lambda: OpenAIChatClient("gpt-5-mini", base_url=interop.OPENAI, api_key="none"),
    "anthropic": lambda: AnthropicClient(model="claude-sonnet-4-5", base_url=interop.ANTHROPIC, api_key="none"),
}


@tool(approval_mode="never_require")
def lookup(order: int) -> str:
    """Where an order is."""
    interop.ran("lookup")
    return f"order {order} is on its way"


async def main():
    agent = Agent(CLIENTS[interop.CASE](), name="clerk", tools=[lookup])
    session = agent.create_session(session_id=interop.SESSION)
    with interop.root():
        await agent.run("Where is order 7?", session=session)
        await agent.run("Thanks.", session=session)


asyncio.run(main())
provider.shutdown()
