import os

import interop

SDK, _, STYLE = interop.CASE.partition("-")
# Anthropic's SDK makes spans of its own, in a program with a global tracer provider.
os.environ["ANTHROPIC_OPEN_TELEMETRY"] = str(STYLE in ("native", "stacked")).lower()
import anthropic
import openai
from google import genai
from google.genai import types
from openinference.instrumentation.anthropic import AnthropicInstrumentor as OpenInferenceAnthropic
from openinference.instrumentation.google_genai import GoogleGenAIInstrumentor as OpenInferenceGoogle
from openinference.instrumentation.openai import OpenAIInstrumentor as OpenInferenceOpenAI
from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor as OpenLLMetryAnthropic
from opentelemetry.instrumentation.google_generativeai import GoogleGenerativeAiInstrumentor as OpenLLMetryGoogle
from opentelemetry.instrumentation.openai import OpenAIInstrumentor as OpenLLMetryOpenAI

provider = interop.start()
INSTRUMENTORS = {
    "openai-openinference": [OpenInferenceOpenAI],
    "openai-openllmetry": [OpenLLMetryOpenAI],
    "anthropic-native": [],
    "anthropic-openinference": [OpenInferenceAnthropic],
    "anthropic-openllmetry": [OpenLLMetryAnthropic],
    "anthropic-openllmetry-stream": [OpenLLMetryAnthropic],
    "anthropic-stacked": [OpenInferenceAnthropic],
    "google-openinference": [OpenInferenceGoogle],
    "google-openllmetry": [OpenLLMetryGoogle],
}
for instrumentor in INSTRUMENTORS[interop.CASE]:
    instrumentor().instrument(tracer_provider=provider)
ASK = "Where is order 7?"


def ask_openai():
    client = openai.OpenAI(base_url=interop.OPENAI, api_key="none")
    messages = [{"role": "user", "content": ASK}]
    client.chat.completions.create(model="gpt-5-mini", messages=messages)
    options = {"stream": True, "stream_options": {"include_usage": True}}
    list(client.chat.completions.create(model="gpt-5-mini", messages=messages, **options))
    client.responses.create(model="gpt-5-mini", input=ASK)
    client.embeddings.create(model="text-embedding-3-small", input="order 7")


def ask_anthropic():
    client = anthropic.Anthropic(base_url=interop.ANTHROPIC, api_key="none")
    request = {"model": "claude-sonnet-4-5", "max_tokens": 500, "messages": [{"role": "user", "content": ASK}]}
    if not STYLE.endswith("stream"):
        client.messages.create(**request)
    if STYLE == "openllmetry":
        return
    with client.messages.stream(**request) as stream:
        stream.get_final_message()


def ask_google():
    options = types.HttpOptions(base_url=interop.GEMINI)
    client = genai.Client(api_key="none", http_options=options)
    client.models.generate_content(model="gemini-2.5-flash", contents=ASK)
    list(client.models.generate_content_stream(model="gemini-2.5-flash", contents=ASK))


with interop.root():
    {"openai": ask_openai, "anthropic": ask_anthropic, "google": ask_google}[SDK]()
provider.shutdown()
