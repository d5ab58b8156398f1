import os
import time

import interop

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # its price list as shipped: nothing is fetched
os.environ["LITELLM_LOG"] = "ERROR"
import litellm
from opentelemetry import trace

if interop.CASE == "semconv":
    os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"
if interop.CASE != "shared":
    os.environ["USE_OTEL_LITELLM_REQUEST_SPAN"] = "true"
provider = interop.start()
litellm.callbacks = ["otel"]
ANTHROPIC = interop.CASE in ("anthropic", "semconv")
base = interop.ANTHROPIC if ANTHROPIC else interop.OPENAI
model = "anthropic/claude-sonnet-4-5" if ANTHROPIC else "openai/gpt-5-mini"
TOOL = {
    "type": "function",
    "function": {
        "name": "lookup",
        "description": "Where an order is.",
        "parameters": {"type": "object", "properties": {"order": {"type": "integer"}}, "required": ["order"]},
    },
}


def complete(messages):
    parent = {"litellm_parent_otel_span": trace.get_current_span()} if interop.CASE == "stream" else {}
    answer = litellm.completion(
        model=model,
        api_base=base,
        api_key="none",
        messages=messages,
        tools=[TOOL],
        metadata={"session_id": interop.SESSION, **parent},
        **({"stream": True, "stream_options": {"include_usage": True}} if interop.CASE == "stream" else {}),
    )
    return litellm.stream_chunk_builder(list(answer)) if interop.CASE == "stream" else answer


# litellm has no agents: the loop, its root span and its tool span are the program's own.
tracer = trace.get_tracer("program")
with tracer.start_as_current_span("invoke_agent clerk", attributes={"gen_ai.operation.name": "invoke_agent", "session.id": interop.SESSION}):
    messages = [{"role": "user", "content": "Where is order 7?"}]
    call = complete(messages).choices[0].message
    messages.append(call.model_dump())
    with tracer.start_as_current_span("execute_tool lookup", attributes={"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "lookup"}):
        interop.ran("lookup")
    messages.append({"role": "tool", "tool_call_id": call.tool_calls[0].id, "content": "order 7 is on its way"})
    complete(messages)
    if interop.CASE == "openai":
        litellm.embedding(model="openai/text-embedding-3-small", api_base=base, api_key="none", input=["order 7"])
time.sleep(1)  # callbacks come from a thread that nothing waits for
provider.shutdown()
