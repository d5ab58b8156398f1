import fc from 'fast-check';
import { COMPONENTS } from '../../src/domain/charge.ts';
import { type Cause, SEEN_FIELDS, type TaskEvent, type TaskSight } from '../../src/domain/history.ts';
import { OUTCOMES } from '../../src/domain/task.ts';
import { count, dimensions, maybe, name, record, TRACES, taskId, time, usd, user } from './changes.ts';

const sightFields = {
  state: fc.constantFrom('open' as const, 'closed' as const),
  outcome: maybe(fc.constantFrom(...OUTCOMES)),
  closedBy: maybe(fc.constantFrom('reported' as const, 'inferred' as const, 'expired' as const)),
  closedAt: maybe(time),
  value: maybe(usd),
  agentType: name,
  taskType: name,
  promptVersion: maybe(name),
  user: maybe(user),
  dimensions,
  cost: record(COMPONENTS, usd),
  unpricedCalls: count,
};
/** The same fields before and after, each of which has a value in one of them at least; or one of the two alone. */
const bothSights = fc
  .tuple(fc.subarray([...SEEN_FIELDS]), fc.record(sightFields), fc.record(sightFields))
  .map(([fields, ...tasks]) => {
    const told = fields.filter((field) => tasks.some((one) => one[field] !== undefined));
    const [before, after] = tasks.map(
      (one): TaskSight => Object.fromEntries(told.map((field) => [field, one[field]])),
    );
    return { before, after };
  });
const oneSight = bothSights.chain(({ before }) => {
  const sight = Object.fromEntries(Object.entries(before!).filter(([, value]) => value !== undefined));
  return fc.constantFrom({ before: sight, after: undefined }, { before: undefined, after: sight });
});
const moves = fc.array(
  fc.record({ traceId: fc.constantFrom(...TRACES), taskIds: fc.array(taskId, { maxLength: 2 }) }),
  { maxLength: 2 },
);
const cause: fc.Arbitrary<Cause> = fc.oneof(
  fc.record({ kind: fc.constant('spans' as const), traceIds: fc.subarray(TRACES, { minLength: 1 }) }),
  fc.record({ kind: fc.constant('report' as const), source: name, key: taskId }),
  fc.record({ kind: fc.constant('policy' as const) }),
  fc.record({ kind: fc.constant('repricing' as const), id: count, by: name }),
);
/** Few times, and often little said, so that two are the same. */
export const anyEvent: fc.Arbitrary<TaskEvent> = fc
  .record({
    taskId,
    atMs: fc.integer({ min: 1, max: 4 }),
    by: fc.oneof(fc.constant([{ kind: 'policy' as const }]), fc.array(cause, { minLength: 1, maxLength: 3 })),
    sights: fc.oneof(oneSight, bothSights),
    cameFrom: fc.oneof(fc.constant([]), moves),
    wentTo: fc.oneof(fc.constant([]), moves),
  })
  .map(({ sights, ...event }) => ({ ...event, ...sights }));
