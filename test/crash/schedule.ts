import fc from 'fast-check';
import { CRASH_POINTS, type CrashPoint } from '../../src/ledger/crash-point.ts';
import { type Half, PRICE_VERSIONS, type Report, TASKS, TRACES_PER_TASK, type TraceName } from './truth.ts';

/** What senders and operators do in one life of the process. */
export type Action =
  | { readonly do: 'send'; readonly what: readonly (TraceName & { readonly half: Half })[] }
  | { readonly do: 'report'; readonly report: Report }
  | { readonly do: 'prices'; readonly version: number }
  | { readonly do: 'reprice' }
  | { readonly do: 'backup' };

/** How it ends: by its own hand at the n-th passing of a point, by kill -9 after so many answers, or as told. */
export type End =
  | { readonly by: 'point'; readonly point: CrashPoint; readonly times: number }
  | { readonly by: 'kill'; readonly answers: number; readonly delayMs: number }
  | { readonly by: 'term' };

/** What becomes of bytes that were never acked: some are lost, or others lie behind them. */
export type Tear =
  | { readonly kind: 'none' }
  | { readonly kind: 'garbage'; readonly bytes: Uint8Array }
  /** Where the process died before a sync: how much of the last group is there. */
  | { readonly kind: 'cut'; readonly share: number };

export interface Life {
  readonly actions: readonly Action[];
  readonly end: End;
  readonly tear: Tear;
}

export type Schedule = readonly Life[];

/** The points that a life of these senders can pass. Migrations, and files written anew, have tests of their own. */
export const SCHEDULED_POINTS: readonly CrashPoint[] = CRASH_POINTS.filter(
  (point) => point !== 'before_migrated' && !point.startsWith('compact_'),
);

/** Only a stop passes them. */
export const atStop = (point: CrashPoint): boolean =>
  point === 'before_checkpoint' || point === 'after_checkpoint';

const traceName = fc.record({
  task: fc.nat({ max: TASKS - 1 }),
  trace: fc.nat({ max: TRACES_PER_TASK - 1 }),
  half: fc.constantFrom<Half>('calls', 'rest'),
});

/** Of any report to come the words are told apart by their time, so that one `at` is one report. */
const report = fc
  .record({
    at: fc.nat({ max: 59 }),
    outcome: fc.constantFrom<Report['outcome']>('solved', 'failed', 'abandoned'),
    paid: fc.boolean(),
  })
  .map(({ at, ...rest }): Report => ({ ...rest, task: at % TASKS, at }));

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('send'),
      what: fc.array(traceName, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('report'), report }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('prices'), version: fc.nat({ max: PRICE_VERSIONS - 1 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reprice') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('backup') }) },
) as fc.Arbitrary<Action>;

const end: fc.Arbitrary<End> = fc.oneof(
  // A life does not always come to its point, and is then ended by kill -9 as well.
  {
    weight: 9,
    arbitrary: fc.record({
      by: fc.constant('point'),
      point: fc.constantFrom(...SCHEDULED_POINTS),
      // Mostly at once: a life of a few requests passes no point often.
      times: fc.constantFrom(1, 1, 1, 2, 3),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      by: fc.constant('kill'),
      answers: fc.nat({ max: 12 }),
      delayMs: fc.nat({ max: 60 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ by: fc.constant('term') }) },
) as fc.Arbitrary<End>;

const tear: fc.Arbitrary<Tear> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Tear>({ kind: 'none' }) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ minLength: 1, maxLength: 80 })
      .map((bytes): Tear => ({ kind: 'garbage', bytes })),
  },
  {
    weight: 1,
    arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((share): Tear => ({ kind: 'cut', share })),
  },
);

/** The same `at` may come with other words: the first that was told under a key counts, so a schedule has one of each. */
function oneReportEach(lives: readonly Life[]): Schedule {
  const first = new Map<number, Report>();
  const same = (one: Action): Action => {
    if (one.do !== 'report') return one;
    const known = first.get(one.report.at) ?? one.report;
    first.set(one.report.at, known);
    return { ...one, report: known };
  };
  return lives.map((life) => ({ ...life, actions: [...life.actions.map(same), ...leadingTo(life.end)] }));
}

/** So that a life comes to the point that it should die at, if it lives so long. */
function leadingTo(end: End): readonly Action[] {
  if (end.by !== 'point' || atStop(end.point)) return [];
  if (end.point.startsWith('backup')) return [{ do: 'backup' }];
  if (end.point.startsWith('price')) return [0, 1, 2].map((version) => ({ do: 'prices', version }) as const);
  const task = end.times % TASKS;
  return ['calls', 'rest', 'calls', 'rest'].map((half, at) => ({
    do: 'send',
    what: [{ task, trace: at % TRACES_PER_TASK, half: half as Half }],
  }));
}

export const anySchedule: fc.Arbitrary<Schedule> = fc
  .array(fc.record({ actions: fc.array(action, { minLength: 1, maxLength: 10 }), end, tear }), {
    minLength: 1,
    maxLength: 4,
  })
  .map(oneReportEach);
