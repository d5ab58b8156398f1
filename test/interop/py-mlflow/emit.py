import os

import interop

# MLflow keeps a tracer provider of its own; with an OTLP endpoint set it exports there instead of to its server.
os.environ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces"
os.environ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["MLFLOW_ENABLE_OTEL_GENAI_SEMCONV"] = str(interop.CASE == "semconv").lower()
os.environ["ANTHROPIC_OPEN_TELEMETRY"] = "false"
import anthropic
import mlflow
import openai

mlflow.openai.autolog()
mlflow.anthropic.autolog()
SCHEMA = {"type": "object", "properties": {"order": {"type": "integer"}}, "required": ["order"]}


@mlflow.trace(span_type="TOOL")
def lookup(order: int) -> str:
    interop.ran("lookup")
    return f"order {order} is on its way"


def ask_openai(stream=False):
    client = openai.OpenAI(base_url=interop.OPENAI, api_key="none")
    tools = [{"type": "function", "function": {"name": "lookup", "parameters": SCHEMA}}]
    messages = [{"role": "user", "content": "Where is order 7?"}]
    if stream:
        list(client.chat.completions.create(model="gpt-5-mini", messages=messages, stream=True, stream_options={"include_usage": True}))
        return
    call = client.chat.completions.create(model="gpt-5-mini", messages=messages, tools=tools).choices[0].message
    messages += [call, {"role": "tool", "tool_call_id": call.tool_calls[0].id, "content": lookup(7)}]
    client.chat.completions.create(model="gpt-5-mini", messages=messages, tools=tools)
    client.embeddings.create(model="text-embedding-3-small", input="order 7")


def ask_anthropic():
    client = anthropic.Anthropic(base_url=interop.ANTHROPIC, api_key="none")
    tools = [{"name": "lookup", "input_schema": SCHEMA}]
    messages = [{"role": "user", "content": "Where is order 7?"}]
    answer = client.messages.create(model="claude-sonnet-4-5", max_tokens=500, messages=messages, tools=tools)
    result = {"type": "tool_result", "tool_use_id": answer.content[0].id, "content": lookup(7)}
    messages += [{"role": "assistant", "content": answer.content}, {"role": "user", "content": [result]}]
    client.messages.create(model="claude-sonnet-4-5", max_tokens=500, messages=messages, tools=tools)


@mlflow.trace(span_type="AGENT")
def clerk():
    mlflow.update_current_trace(session_id=interop.SESSION)
    mlflow.get_current_active_span().set_attribute("session.id", interop.SESSION)
    if interop.CASE in ("anthropic", "semconv"):
        ask_anthropic()
    else:
        ask_openai(stream=interop.CASE == "stream")


clerk()
mlflow.flush_trace_async_logging()
