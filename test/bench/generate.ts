import type { Fact } from '../../src/domain/fact.ts';
import { FactWriter } from '../../src/domain/fact-writer.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import type { UsdPico } from '../../src/domain/money.ts';
import { openPolicy } from '../../src/domain/policy.ts';
import { openPipeline } from '../../src/pipeline.ts';
import { ESCALATED, generateTask, TOLD } from './generated-task.ts';
import { openDice } from './random.ts';
import { openWalk } from './walk.ts';

const TASKS_PER_STEP = 2000;
const LATE_WINDOW_MS = 7 * 86_400_000;
/** Facts of a step are not older than this when it begins. */
const EARLIER_MS = 120_000;

/** What every generated ledger is settled by. */
const policy = openPolicy({
  defaultMode: 'root',
  modes: { [TOLD]: 'explicit' },
  remediation: [{ taskType: ESCALATED, cost: 10_000_000_000_000n as UsdPico }],
  hourly: undefined,
  taskQuietMs: 5000,
  orphanRootMs: 60_000,
  openTaskMaxMs: 86_400_000,
});

export interface Generator {
  /** Settles so many more tasks that ended by `untilMs`, with so many charge lines in all, and `more` beside them. */
  settle(step: {
    readonly tasks: number;
    readonly charges: number;
    readonly untilMs: number;
    readonly more?: readonly Fact[];
  }): Promise<void>;
  close(): Promise<void>;
}

/**
 * Tasks of the past as if they had come one after the other: their facts go through the very settle steps of the service,
 * on a clock that runs through the days, so that the tables are what it would have left. The same seed gives the same
 * ledger. `dir` is for a journal that stays empty.
 */
export async function openGenerator(given: {
  readonly ledger: Ledger;
  readonly dir: string;
  readonly seed: number;
  readonly startMs: number;
}): Promise<Generator> {
  const dice = openDice(given.seed);
  let nowMs = given.startMs;
  const clock = { now: () => nowMs, after: () => () => {} };
  const walk = await openWalk(given.dir, given.ledger, { clock, policy, lateWindowMs: LATE_WINDOW_MS });
  // One place in an empty journal is as good as another: nothing is ever replayed.
  const pipeline = openPipeline({ ...walk, journal: { ...walk.journal, release: async () => {} } });
  const writer = new FactWriter();
  let position = 0;
  return {
    async settle({ tasks, charges, untilMs, more = [] }) {
      position += 1;
      const at = String(position).padStart(12, '0');
      writer.begin(Math.floor(nowMs) - EARLIER_MS);
      let lines = 0;
      for (let index = 0; index < tasks; index += 1) {
        const ended = Math.floor(nowMs + ((index + dice.next()) / tasks) * (untilMs - nowMs));
        // Half to one and a half of the mean, and what the ones before had too few or too many of.
        const owed = (charges * (index + 1)) / tasks - lines;
        const wanted = Math.max(1, Math.round(owed + (charges / tasks) * (dice.next() - 0.5)));
        const task = generateTask(dice, ended, wanted);
        lines += wanted;
        for (const fact of task.facts) writer.addFact(fact);
        walk.openReports.add(task.reports, at);
      }
      for (const fact of more) writer.addFact(fact);
      walk.openTraces.add(writer.finish(), at, untilMs);
      nowMs = Math.ceil(untilMs) + 10_000;
      while (await pipeline.settle());
    },
    close: () => walk.journal.close(),
  };
}

/** A ledger of so many tasks and charges, spread over the days before `endMs`. */
export async function generate(given: {
  readonly ledger: Ledger;
  readonly dir: string;
  readonly charges: number;
  readonly tasks: number;
  readonly days: number;
  readonly endMs: number;
  readonly seed: number;
  readonly progress?: (tasks: number) => void;
}): Promise<void> {
  const { charges, tasks, days, endMs, progress = () => {} } = given;
  const spanMs = days * 86_400_000;
  const generator = await openGenerator({ ...given, startMs: endMs - spanMs });
  for (let done = 0; done < tasks; ) {
    const step = Math.min(TASKS_PER_STEP, tasks - done);
    const untilMs = endMs - spanMs + ((done + step) / tasks) * (spanMs - 60_000);
    await generator.settle({ tasks: step, charges: (charges * step) / tasks, untilMs });
    done += step;
    progress(done);
  }
  await generator.close();
}
