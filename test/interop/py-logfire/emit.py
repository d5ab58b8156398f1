import os

import interop

os.environ["ANTHROPIC_OPEN_TELEMETRY"] = "false"
import anthropic
import logfire
import openai

# Logfire makes the tracer provider, with an exporter to OTEL_EXPORTER_OTLP_ENDPOINT.
logfire.configure(send_to_logfire=False, console=False)
logfire.instrument_openai()
logfire.instrument_anthropic()
ASK = [{"role": "user", "content": "Where is order 7?"}]


def ask_openai():
    client = openai.OpenAI(base_url=interop.OPENAI, api_key="none")
    if interop.CASE == "openai-stream":
        options = {"stream": True, "stream_options": {"include_usage": True}}
        list(client.chat.completions.create(model="gpt-5-mini", messages=ASK, **options))
        return
    client.chat.completions.create(model="gpt-5-mini", messages=ASK)
    client.responses.create(model="gpt-5-mini", input="Where is order 7?")
    client.embeddings.create(model="text-embedding-3-small", input="order 7")


def ask_anthropic():
    client = anthropic.Anthropic(base_url=interop.ANTHROPIC, api_key="none")
    request = {"model": "claude-sonnet-4-5", "max_tokens": 500, "messages": ASK}
    if interop.CASE == "anthropic-stream":
        with client.messages.stream(**request) as stream:
            stream.get_final_message()
        return
    client.messages.create(**request)


# Logfire scrubs every attribute whose name has `session` in it.
with interop.root("gen_ai.conversation.id"):
    ask_openai() if interop.CASE.startswith("openai") else ask_anthropic()
logfire.shutdown()
