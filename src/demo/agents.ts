/** One agent of the demo: what each of its runs does, and which of them fail. */
export interface DemoAgent {
  readonly type: string;
  readonly model: string;
  /** Every so manieth run fails: the last of each group. */
  readonly failEvery: number;
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly kind: 'chat'; readonly ms: number; readonly usage: ChatUsage }
  /** `reads`: Pinecone read units of the vector query inside; `decides`: this is the step that fails in a failed run. */
  | {
      readonly kind: 'tool';
      readonly name: string;
      readonly ms: number;
      readonly reads?: number;
      readonly decides?: true;
    };

/** Tokens as the OpenTelemetry conventions count them: `input` includes the cached ones, `output` the reasoning. */
export interface ChatUsage {
  readonly input: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly output: number;
  readonly reasoning: number;
}

export const TASK_TYPE = 'tier1-ticket';

/** $0.50 a run at the demo's prices: 0.2 + 0.1996 for the calls, 2 x 0.05 for searches, 0.0004 for the vector query. */
export const FRUGAL: DemoAgent = {
  type: 'frugal-agent',
  model: 'frugal-1',
  failEvery: 2,
  steps: [
    { kind: 'tool', name: 'search_kb', ms: 400, reads: 25 },
    { kind: 'chat', ms: 3000, usage: { input: 80_000, cacheRead: 20_000, output: 7_600, reasoning: 3_100 } },
    { kind: 'tool', name: 'search_kb', ms: 150 },
    {
      kind: 'chat',
      ms: 4000,
      usage: { input: 120_000, cacheRead: 78_000, output: 10_000, reasoning: 4_200 },
    },
    { kind: 'tool', name: 'resolve_ticket', ms: 200, decides: true },
  ],
};

/** $2.00 a run: 0.3975 + 0.435 + 0.417 + 0.5493 for the calls, 4 x 0.05 for searches, 3 x 0.0004 for vector queries. */
export const THOROUGH: DemoAgent = {
  type: 'thorough-agent',
  model: 'thorough-1',
  failEvery: 20,
  steps: [
    { kind: 'tool', name: 'search_kb', ms: 400, reads: 25 },
    {
      kind: 'chat',
      ms: 6000,
      usage: { input: 60_000, cacheWrite: 50_000, output: 12_000, reasoning: 8_000 },
    },
    { kind: 'tool', name: 'search_kb', ms: 400, reads: 25 },
    {
      kind: 'chat',
      ms: 9000,
      usage: { input: 90_000, cacheRead: 50_000, output: 20_000, reasoning: 15_000 },
    },
    { kind: 'tool', name: 'search_kb', ms: 400, reads: 25 },
    {
      kind: 'chat',
      ms: 9500,
      usage: { input: 110_000, cacheRead: 90_000, output: 22_000, reasoning: 16_500 },
    },
    { kind: 'tool', name: 'search_kb', ms: 150 },
    {
      kind: 'chat',
      ms: 12_000,
      usage: { input: 132_100, cacheRead: 110_000, output: 30_000, reasoning: 21_000 },
    },
    { kind: 'tool', name: 'resolve_ticket', ms: 200, decides: true },
  ],
};

export const DEMO_AGENTS: readonly DemoAgent[] = [FRUGAL, THOROUGH];

/** Which runs fail is fixed, so that the demo's figures are the same every time. */
export const fails = ({ failEvery }: DemoAgent, run: number): boolean => run % failEvery === failEvery - 1;

export const durationMs = ({ steps }: DemoAgent): number => steps.reduce((sum, step) => sum + step.ms, 0);
