import interop
from langfuse import Langfuse, observe, propagate_attributes
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

# Its exporter would send to its maker; the processor takes another.
client = Langfuse(
    public_key="none",
    secret_key="none",
    base_url=interop.MOCK,
    span_exporter=OTLPSpanExporter(),
)
from langfuse.openai import openai  # noqa: E402, since it asks for the client when it is loaded

MESSAGES = [{"role": "user", "content": "Where is order 7?"}]
MODEL = "gpt-5-mini"


@observe(as_type="tool")
def lookup():
    interop.ran("lookup")
    return "on its way"


@observe(as_type="tool")
def broken():
    interop.ran("broken", ok=False)
    raise RuntimeError("no orders today")


@observe(as_type="agent")
def clerk():
    sdk = openai.OpenAI(base_url=interop.OPENAI, api_key="none")
    sdk.chat.completions.create(model=MODEL, messages=MESSAGES)
    sdk.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "[[plain]]"}])
    sdk.responses.create(model=MODEL, input="Where is order 7?")
    options = {"stream": True, "stream_options": {"include_usage": True}}
    list(sdk.chat.completions.create(model=MODEL, messages=MESSAGES, **options))
    list(sdk.responses.create(model=MODEL, input="Where is order 7?", stream=True))
    sdk.embeddings.create(model="text-embedding-3-small", input="order 7")
    lookup()
    try:
        broken()
    except RuntimeError:
        pass


with propagate_attributes(session_id=interop.SESSION, user_id="someone"):
    clerk()
client.shutdown()
