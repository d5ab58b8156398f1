import interop
from pydantic_ai import Agent
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider

provider = interop.start()
Agent.instrument_all()
openai = OpenAIProvider(base_url=interop.OPENAI, api_key="none")
MODELS = {
    "openai": lambda: OpenAIChatModel("gpt-5-mini", provider=openai),
    "stream": lambda: OpenAIChatModel("gpt-5-mini", provider=openai),
    "responses": lambda: OpenAIResponsesModel("gpt-5-mini", provider=openai),
    "anthropic": lambda: AnthropicModel(
        "claude-sonnet-4-5", provider=AnthropicProvider(base_url=interop.ANTHROPIC, api_key="none")
    ),
}
agent = Agent(MODELS[interop.CASE](), name="clerk", instructions="Be kind.")


@agent.tool_plain
def lookup(order: int) -> str:
    interop.ran("lookup")
    return f"order {order} is on its way"


if interop.CASE.endswith("stream"):
    with agent.run_stream_sync("Where is order 7?", conversation_id=interop.SESSION) as result:
        result.get_output()
else:
    first = agent.run_sync("Where is order 7?", conversation_id=interop.SESSION)
    agent.run_sync("Thanks.", message_history=first.all_messages(), conversation_id=interop.SESSION)
provider.shutdown()
