import interop
from crewai import LLM, Agent, Crew, Task
from crewai.tools import tool
from opentelemetry.instrumentation.crewai import CrewAIInstrumentor
from opentelemetry.instrumentation.openai import OpenAIInstrumentor

provider = interop.start()
CrewAIInstrumentor().instrument(tracer_provider=provider)
OpenAIInstrumentor().instrument(tracer_provider=provider)
llm = LLM(model="openai/gpt-5-mini", base_url=interop.OPENAI, api_key="none")


@tool("lookup")
def lookup(order: int) -> str:
    """Where an order is."""
    interop.ran("lookup")
    return f"order {order} is on its way"


clerk = Agent(role="clerk", goal="Answer.", backstory="Kind.", llm=llm, tools=[lookup])
ask = Task(description="Where is order 7?", expected_output="A sentence.", agent=clerk)
thank = Task(description="Say thanks.", expected_output="A sentence.", agent=clerk)
with interop.root():
    # One agent, two tasks: its counters go on.
    Crew(agents=[clerk], tasks=[ask, thank]).kickoff()
provider.shutdown()
