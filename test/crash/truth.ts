import type { TestSpan } from '../support/send.ts';

/**
 * What the senders of a crash schedule tell, and what it must cost: computed here from the same few constants, by
 * multiplication and addition alone, and never from what Solvent answers.
 */

export const TASKS = 4;
export const TRACES_PER_TASK = 3;

/** Picodollars of a token by model, in each version of the price file; a version without a model leaves it unpriced. */
const RATES: readonly Readonly<Record<string, { readonly input: bigint; readonly output: bigint }>>[] = [
  { mini: { input: 1_000_003n, output: 7_000_001n } },
  { mini: { input: 1_000_003n, output: 7_000_001n }, late: { input: 3_000_017n, output: 11_000_003n } },
  { mini: { input: 2_000_029n, output: 5_000_011n }, late: { input: 3_000_019n, output: 13_000_007n } },
];
export const PRICE_VERSIONS = RATES.length;

const dollars = (pico: bigint): string => {
  const digits = pico.toString().padStart(13, '0');
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`;
};

/** The price file of that version; rates are dollars for a million tokens. */
export function priceFile(version: number): string {
  const rows = Object.entries(RATES[version]!).map(
    ([model, { input, output }]) =>
      `  - id: acme/${model}\n    provider: acme\n    match: {exact: [${model}]}\n` +
      `    usd: {input: "${dollars(input * 1_000_000n)}", output: "${dollars(output * 1_000_000n)}"}\n`,
  );
  return `version: 1\ntable: {id: crash-${version}, currency: USD, as_of: 2026-11-01}\nprices:\n${rows.join('')}`;
}

export interface TraceName {
  readonly task: number;
  readonly trace: number;
}

export const taskName = (task: number): string => `task-${task}`;

const traceId = ({ task, trace }: TraceName): string => `c0${task}${trace}`.padStart(32, '0');

/** The calls of a trace: one to three, of either model, with tokens of their own. */
const callsOf = ({ task, trace }: TraceName) =>
  Array.from({ length: 1 + ((task + trace) % 3) }, (_, call) => ({
    span: `${call + 2}`,
    model: (task + call) % 2 === 0 ? 'mini' : 'late',
    input: 1000 + 100 * task + 10 * trace + call,
    output: 50 + 7 * task + 3 * trace + call,
  }));

/** What the agent says itself that a tool of its cost. */
const toolCost = ({ task, trace }: TraceName): bigint => 10_000_000_000_001n + BigInt(task * 1000 + trace);

export type Half = 'calls' | 'rest';

/** The spans of a trace: its calls, or its root, which alone says whose they are, and the tool. */
export function spansOf(name: TraceName, half: Half): readonly TestSpan[] {
  const trace = traceId(name);
  if (half === 'rest')
    return [
      {
        trace,
        span: '1',
        attributes: { 'agent.session.id': taskName(name.task), 'agent.type': `crash-${name.task % 2}` },
      },
      { trace, span: '9', parent: '1', attributes: { 'agent.cost.usd': dollars(toolCost(name)) } },
    ];
  return callsOf(name).map(({ span, model, input, output }) => ({
    trace,
    span,
    parent: '1',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'acme',
      'gen_ai.request.model': model,
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.output_tokens': output,
    },
  }));
}

/** Every line that a trace must be charged, as `span class`, with its picodollars by a version of the prices that has both models. */
export function linesOf(name: TraceName, version: number): ReadonlyMap<string, bigint> {
  const lines = new Map<string, bigint>();
  const trace = traceId(name);
  for (const { span, model, input, output } of callsOf(name)) {
    const rate = RATES[version]![model]!;
    const id = `${trace} ${span.padStart(16, '0')}`;
    lines.set(`${id} input`, BigInt(input) * rate.input);
    lines.set(`${id} output`, BigInt(output) * rate.output);
  }
  lines.set(`${trace} ${'9'.padStart(16, '0')} usd`, toolCost(name));
  return lines;
}

export interface Report {
  readonly task: number;
  readonly outcome: 'solved' | 'failed' | 'abandoned';
  /** Its place in the order of words, as seconds. */
  readonly at: number;
  /** Whether a human was paid. */
  readonly paid: boolean;
}

const paidOf = ({ at }: Report): bigint => 2_000_000_000_003n + BigInt(at);

/** `POST /outcomes` with it; `baseMs` is the second 0. */
export const reportJson = (report: Report, baseMs: number): object => ({
  task_id: taskName(report.task),
  outcome: report.outcome,
  at: new Date(baseMs + report.at * 1000).toISOString(),
  idempotency_key: `report-${report.at}`,
  ...(report.paid && { remediation: { cost_usd: dollars(paidOf(report)) } }),
});

/** How a task must end, and what its humans must cost, once these reports were heard. */
export function endOf(reports: readonly Report[]): { readonly outcome: string; readonly human: bigint } {
  const inOrder = [...reports].sort((left, right) => left.at - right.at);
  const outcome = inOrder.at(-1)?.outcome ?? 'solved';
  const paid = inOrder.findLast((report) => report.paid);
  const human = paid === undefined ? 0n : paidOf(paid);
  return { outcome: outcome === 'failed' && paid !== undefined ? 'remediated' : outcome, human };
}
