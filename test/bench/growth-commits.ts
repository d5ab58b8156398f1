import type { Fact } from '../../src/domain/fact.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { openGenerator } from './generate.ts';
import { openDice } from './random.ts';

const TASKS = 1000;
const CHARGES = 10_000;
const RESTATED = 100;
const STEPS = 25;
const WARM = 3;

/** Milliseconds that one settle step spends in the ledger: what it looks up, and the commit. */
export interface Spent {
  readonly p50: number;
  readonly p99: number;
}

export interface Commits {
  readonly fresh: Spent;
  readonly restating: Spent;
}

/** Settle steps of 10 k charges on top of what is there, one after the other. */
export async function measureCommits(path: string, dir: string): Promise<Commits> {
  const ledger = await openDuckDbLedger({ path });
  let spentMs = 0;
  const timed = timedLedger(ledger, (ms) => {
    spentMs += ms;
  });
  const startMs = Date.now() + 60_000;
  const generator = await openGenerator({ ledger: timed, dir, seed: 2, startMs });
  const traces = await recentTraces(ledger);
  const dice = openDice(3);
  let untilMs = startMs;
  const step = async (more: readonly Fact[]) => {
    spentMs = 0;
    untilMs += 20_000;
    await generator.settle({ tasks: TASKS, charges: CHARGES, untilMs, more });
    return spentMs;
  };
  const restated = () =>
    Array.from({ length: RESTATED }, () =>
      lateSpan(traces[dice.below(traces.length)]!, dice.hex(16), untilMs),
    );
  const [fresh, restating]: [number[], number[]] = [[], []];
  for (let index = 0; index < WARM; index += 1) await step(restated());
  for (let index = 0; index < STEPS; index += 1) {
    fresh.push(await step([]));
    restating.push(await step(restated()));
  }
  await generator.close();
  await ledger.close();
  return { fresh: spentOf(fresh), restating: spentOf(restating) };
}

function spentOf(ms: readonly number[]): Spent {
  const sorted = [...ms].sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Traces that late spans can still join, spread over what the ledger holds. */
async function recentTraces(ledger: Ledger): Promise<readonly string[]> {
  const found: string[] = [];
  const { tasks } = await ledger.tasks({ sort: 'closed_at', limit: 200 });
  for (const { taskId } of tasks) found.push(...((await ledger.task(taskId))?.traceIds ?? []).slice(0, 1));
  return found;
}

const lateSpan = (traceId: string, spanId: string, endMs: number): Fact => ({
  traceId,
  spanId,
  parentId: '00000000000000ff',
  remoteParent: false,
  start: BigInt(endMs - 5000) * 1_000_000n,
  end: BigInt(endMs - 1000) * 1_000_000n,
  error: false,
  receivedAt: endMs,
  kind: 'tool',
  dialect: 'gen-ai',
  context: {},
  tool: 'late',
});

/** The same ledger, which tells how long each call of a settle step took. */
function timedLedger(ledger: Ledger, tell: (ms: number) => void): Ledger {
  const timed =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      const started = performance.now();
      const answer = await call(...args);
      tell(performance.now() - started);
      return answer;
    };
  return {
    ...ledger,
    traces: timed(ledger.traces),
    kin: timed(ledger.kin),
    tasksState: timed(ledger.tasksState),
    apply: timed(ledger.apply),
    dueTasks: timed(ledger.dueTasks),
    nextDue: timed(ledger.nextDue),
  };
}
