export type Values = Readonly<Record<string, string | number>>;

export interface ChatUsage {
  readonly input: number;
  readonly cacheRead: number;
  readonly output: number;
  readonly reasoning: number;
}

interface Called {
  readonly model: string;
  readonly provider: string;
  readonly responseId: string;
  readonly session: string;
  readonly usage: ChatUsage;
}

interface Used {
  readonly name: string;
  readonly callId: string;
  readonly session: string;
}

/** How the emitters of one dialect say what happened: the attributes of their spans. */
export interface Speech {
  readonly scope: { readonly name: string; readonly version: string };
  chat(called: Called): Values;
  tool(used: Used): Values;
  agent(agent: { readonly name: string; readonly session: string }): Values;
}

/** OpenTelemetry GenAI, which all others are measured against. The session is on the root alone. */
export const genAiSpeech: Speech = {
  scope: { name: 'opentelemetry.instrumentation.genai', version: '1.3.0' },
  chat: ({ model, provider, responseId, usage }) => ({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    'gen_ai.response.model': model,
    'gen_ai.response.id': responseId,
    'gen_ai.usage.input_tokens': usage.input,
    'gen_ai.usage.output_tokens': usage.output,
    'gen_ai.usage.cache_read.input_tokens': usage.cacheRead,
    'gen_ai.usage.reasoning.output_tokens': usage.reasoning,
  }),
  tool: ({ name, callId }) => ({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': name,
    'gen_ai.tool.call.id': callId,
    'gen_ai.tool.type': 'function',
    'gen_ai.tool.description': 'A function of the support desk.',
    'code.function.name': `support.tools.${name}`,
  }),
  agent: ({ name, session }) => ({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': name,
    'gen_ai.agent.description': 'Answers tickets of the first tier and hands over what it cannot solve.',
    'agent.session.id': session,
  }),
};

/** The same, where each chat call carries a prompt. */
export const withPrompts = (speech: Speech, prompt: string): Speech => ({
  ...speech,
  chat: (called) => ({ ...speech.chat(called), 'gen_ai.input.messages': prompt }),
});
