import asyncio
import os

import interop

os.environ["GOOGLE_API_KEY"] = "none"
os.environ["GOOGLE_GEMINI_BASE_URL"] = interop.GEMINI
from google.adk.agents import Agent
from google.adk.runners import InMemoryRunner
from google.genai import types

provider = interop.start()


def lookup() -> str:
    """Where the order is."""
    interop.ran("lookup")
    return "order 7 is on its way"


async def main():
    agent = Agent(name="clerk", model="gemini-2.5-flash", instruction="Be kind.", tools=[lookup])
    runner = InMemoryRunner(agent=agent, app_name="support")
    await runner.session_service.create_session(app_name="support", user_id="user-1", session_id=interop.SESSION)
    ask = types.Content(role="user", parts=[types.Part(text="Where is order 7?")])
    async for _ in runner.run_async(user_id="user-1", session_id=interop.SESSION, new_message=ask):
        pass


asyncio.run(main())
provider.shutdown()
