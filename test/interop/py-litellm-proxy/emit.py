import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import interop
import openai
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.propagate import inject

CONFIG = f"""
model_list:
  - model_name: gpt-5-mini
    litellm_params: {{model: openai/gpt-5-mini, api_base: "{interop.OPENAI}", api_key: none}}
litellm_settings:
  callbacks: [otel]
  telemetry: false
"""


KEY = "sk-" + secrets.token_hex(16)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_proxy(port):
    Path("proxy.yaml").write_text(CONFIG)
    env = {
        **os.environ,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # its price list as shipped: nothing is fetched
        "OTEL_EXPORTER": "otlp_http",
        "OTEL_ENDPOINT": os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"],
        "OTEL_SERVICE_NAME": "litellm",
        "LITELLM_MASTER_KEY": KEY,
    }
    command = [str(Path(sys.executable).parent / "litellm"), "--config", "proxy.yaml", "--host", "127.0.0.1", "--port", str(port)]
    proxy = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(450):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/liveliness").read()
            return proxy
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the proxy did not come up")


port = free_port()
proxy = start_proxy(port)
try:
    provider = interop.start()
    if interop.CASE == "apart":
        OpenAIInstrumentor().instrument(tracer_provider=provider)
    client = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=KEY)
    messages = [{"role": "user", "content": "Where is order 7?"}]
    with interop.root():
        headers = {}
        if interop.CASE == "default":
            inject(headers)
        client.chat.completions.create(model="gpt-5-mini", messages=messages, extra_headers=headers)
    provider.shutdown()
    time.sleep(6)  # the proxy exports every five seconds
finally:
    proxy.terminate()
    proxy.wait()
