import type { Service } from '../../../src/service.ts';
import { get } from '../../support/service.ts';
import { until } from '../../support/until.ts';
import { type Account, callRow } from './billed.ts';
import { pico } from './prices.ts';

/** What this reads of `GET /tasks/{id}`. */
export interface ToldTask {
  readonly task_id: string;
  readonly agent_type: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly cost_usd: { readonly total: string };
  readonly tokens: Readonly<Record<string, number>>;
  readonly calls: Readonly<Record<string, number>>;
  readonly actions: number;
  readonly unpriced_calls: number;
  readonly flags: readonly string[];
  readonly suppressed: readonly { readonly rule: string }[];
}

interface ToldCharge {
  readonly trace_id: string;
  readonly span_id: string;
  readonly component: string;
  readonly model: string;
  readonly resource: string;
  readonly class: string;
  readonly quantity: number;
  readonly flags: readonly string[];
  readonly reason: string | null;
}

const DOUBTS = ['cache_unreported', 'reasoning_unreported', 'usage_estimated', 'cache_ttl_assumed'];

/** The task once it is closed, and its account; fails where it does not come. */
export async function told(
  service: Service,
  session: string,
): Promise<{ readonly task: ToldTask; readonly account: Account }> {
  const path = `/tasks/${encodeURIComponent(session)}`;
  await until(`the task ${session} is closed`, async () => {
    const { tasks } = await get<{ tasks: readonly ToldTask[] }>(service, '/tasks?limit=1000');
    return tasks.some((task) => task.task_id === session && task.state === 'closed');
  });
  const task = await get<ToldTask>(service, path);
  const { charges } = await get<{ charges: readonly ToldCharge[] }>(service, `${path}/charges`);
  return { task, account: accountOf(task, charges) };
}

function accountOf(task: ToldTask, charges: readonly ToldCharge[]): Account {
  const of = (component: string, wanted: string) =>
    charges
      .filter((charge) => charge.component === component && charge.class === wanted)
      .map(({ resource }) => resource)
      .sort();
  return {
    calls: callRows(charges),
    tools: of('tooling', 'call'),
    queries: of('vector', 'query'),
    actions: task.actions,
    inputTokens: task.tokens.input ?? 0,
    outputTokens: task.tokens.output ?? 0,
    reasoningTokens: task.tokens.reasoning ?? 0,
    costPico: pico(task.cost_usd.total),
    unpricedCalls: task.unpriced_calls,
    flags: [...task.flags].sort(),
  };
}

function callRows(charges: readonly ToldCharge[]): readonly string[] {
  const spans = new Map<string, ToldCharge[]>();
  for (const charge of charges.filter(({ component }) => component === 'inference')) {
    const span = `${charge.trace_id} ${charge.span_id}`;
    spans.set(span, [...(spans.get(span) ?? []), charge]);
  }
  return [...spans.values()].map(rowOf).sort();
}

/** Told by the lines of its charges, each class of tokens being one. */
function rowOf(lines: readonly [ToldCharge, ...ToldCharge[]] | readonly ToldCharge[]): string {
  const { model, reason, flags } = lines[0]!;
  if (reason === 'usage_missing') return callRow(model, undefined, []);
  if (reason !== null) return `${model}: ${reason}`;
  const count = (name: string) => lines.find((line) => line.class === name)?.quantity ?? 0;
  const [cacheRead, cacheWrite5m, cacheWrite1h] = [
    count('cache_read'),
    count('cache_write_5m'),
    count('cache_write_1h'),
  ];
  const usage = {
    input: count('input') + cacheRead + cacheWrite5m + cacheWrite1h,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h,
    output: count('output') + count('reasoning'),
    reasoning: count('reasoning'),
  };
  return callRow(
    model,
    usage,
    DOUBTS.filter((flag) => flags.includes(flag)),
  );
}
