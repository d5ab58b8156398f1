import asyncio
import os

import interop

os.environ["SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS"] = "true"
from openai import AsyncOpenAI
from semantic_kernel.agents import ChatCompletionAgent
from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion
from semantic_kernel.functions import kernel_function

provider = interop.start()


class Orders:
    @kernel_function(description="Where an order is.")
    def lookup(self, order: int) -> str:
        interop.ran("Orders-lookup")
        return f"order {order} is on its way"


async def main():
    service = OpenAIChatCompletion("gpt-5-mini", async_client=AsyncOpenAI(base_url=interop.OPENAI, api_key="none"))
    agent = ChatCompletionAgent(service=service, name="clerk", plugins=[Orders()])
    with interop.root():
        await agent.get_response(messages="Where is order 7?")


asyncio.run(main())
provider.shutdown()
