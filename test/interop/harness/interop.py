"""What every Python program of this folder needs: an exporter, the mock's addresses, and a way to say that a tool ran."""

import json
import os
import urllib.request

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

MOCK = os.environ["MOCK_URL"]
SESSION = os.environ["INTEROP_SESSION"]
CASE = os.environ["INTEROP_CASE"]
OPENAI = f"{MOCK}/openai/v1"
ANTHROPIC = f"{MOCK}/anthropic"
GEMINI = f"{MOCK}/gemini"


def start(*before):
    """The global tracer provider. It exports to OTEL_EXPORTER_OTLP_ENDPOINT; `before` are processors that see spans first."""
    provider = TracerProvider(resource=Resource.create())
    for processor in before:
        provider.add_span_processor(processor)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return provider


def root(key="session.id"):
    """A span of the program's own that names the task, for emitters that have no way to say a session."""
    return trace.get_tracer("program").start_as_current_span("support", attributes={key: SESSION})


def ran(name, ok=True):
    """Tells the mock that a tool ran: the ground truth of actions."""
    body = json.dumps({"name": name, "ok": ok}).encode()
    request = urllib.request.Request(f"{MOCK}/truth/tool", body, {"content-type": "application/json"})
    urllib.request.urlopen(request).read()
