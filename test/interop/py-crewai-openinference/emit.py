import os

import interop

os.environ["CREWAI_DISABLE_TELEMETRY"] = "true"  # its own counting goes to its maker, not to the exporter
from crewai import LLM, Agent, Crew, Task
from crewai.tools import tool
from openinference.instrumentation import using_session
from openinference.instrumentation.crewai import CrewAIInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor

provider = interop.start()
if interop.CASE.startswith("events"):
    CrewAIInstrumentor().instrument(tracer_provider=provider, use_event_listener=True)
else:
    CrewAIInstrumentor().instrument(tracer_provider=provider)
    OpenAIInstrumentor().instrument(tracer_provider=provider)
if interop.CASE.endswith("anthropic"):
    llm = LLM(model="anthropic/claude-sonnet-4-5", base_url=interop.ANTHROPIC, api_key="none")
else:
    llm = LLM(model="openai/gpt-5-mini", base_url=interop.OPENAI, api_key="none")


@tool("lookup")
def lookup(order: int) -> str:
    """Where an order is."""
    interop.ran("lookup")
    return f"order {order} is on its way"


clerk = Agent(role="clerk", goal="Answer.", backstory="Kind.", llm=llm, tools=[lookup])
ask = Task(description="Where is order 7?", expected_output="A sentence.", agent=clerk)
thank = Task(description="Say thanks.", expected_output="A sentence.", agent=clerk)
with using_session(interop.SESSION):
    Crew(agents=[clerk], tasks=[ask, thank]).kickoff()
provider.shutdown()
