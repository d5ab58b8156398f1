import os

import interop

os.environ["ANTHROPIC_OPEN_TELEMETRY"] = "false"
import anthropic
import openai
import openlit

provider = interop.start()
# It would fetch its prices from its maker.
PRICES = os.path.join(os.path.dirname(__file__), "prices.json")
openlit.init(application_name="interop", disable_metrics=True, disable_events=True, pricing_json=PRICES)
SCHEMA = {"type": "object", "properties": {"order": {"type": "integer"}}, "required": ["order"]}


def ask_openai(stream):
    client = openai.OpenAI(base_url=interop.OPENAI, api_key="none")
    messages = [{"role": "user", "content": "Where is order 7?"}]
    if stream:
        options = {"stream": True, "stream_options": {"include_usage": True}}
        list(client.chat.completions.create(model="gpt-5-mini", messages=messages, **options))
        return
    client.chat.completions.create(model="gpt-5-mini", messages=messages)
    client.responses.create(model="gpt-5-mini", input="Where is order 7?")
    client.embeddings.create(model="text-embedding-3-small", input="order 7")


def ask_anthropic():
    client = anthropic.Anthropic(base_url=interop.ANTHROPIC, api_key="none")
    messages = [{"role": "user", "content": "Where is order 7?"}]
    client.messages.create(model="claude-sonnet-4-5", max_tokens=500, messages=messages)


with interop.root():
    if interop.CASE == "anthropic":
        ask_anthropic()
    else:
        ask_openai(stream=interop.CASE == "stream")
provider.shutdown()
