import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OutcomeReport } from '../../src/domain/task.ts';
import { OpenReports } from '../../src/ledger/open-reports.ts';

const report = (key: string): OutcomeReport => ({
  taskId: 'ticket-1',
  outcome: 'solved',
  at: 5n,
  remediation: undefined,
  value: undefined,
  source: 'crm',
  key,
});
const keys = (reports: readonly OutcomeReport[]) => reports.map((one) => one.key);

test('reports are taken once, in the order in which they came', () => {
  const open = new OpenReports();
  open.add([report('1'), report('2')], 'a');
  open.add([report('3')], 'b');
  expect(keys(open.take())).toEqual(['1', '2', '3']);
  expect(open.take()).toEqual([]);
});

test('what is put back comes before what arrived since', () => {
  const open = new OpenReports();
  open.add([report('1')], 'a');
  open.take();
  open.add([report('2')], 'b');
  expect(open.oldestUntaken()).toBe('b');
  open.putBack();
  expect(open.oldestUntaken()).toBe('a');
  expect(keys(open.take())).toEqual(['1', '2']);
});

test('what is settled does not come back', () => {
  const open = new OpenReports();
  open.add([report('1')], 'a');
  open.take();
  open.settled();
  open.putBack();
  expect([open.take(), open.oldestUntaken()]).toEqual([[], undefined]);
});

test('each report is settled once, and its position needed until it was taken, whatever fails', () => {
  const step = fc.constantFrom('add', 'settle', 'fail');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const open = new OpenReports();
      const settled: string[] = [];
      const waiting: string[] = [];
      for (const [index, what] of steps.entries()) {
        const name = String(index).padStart(3, '0');
        if (what === 'add') {
          open.add([report(name)], name);
          waiting.push(name);
        } else {
          expect(open.oldestUntaken()).toBe(waiting[0]);
          const taken = keys(open.take());
          expect(taken).toEqual(waiting);
          expect(open.oldestUntaken()).toBeUndefined();
          if (what === 'fail') open.putBack();
          else {
            open.settled();
            settled.push(...taken);
            waiting.length = 0;
          }
        }
      }
      expect([...settled, ...keys(open.take())]).toEqual([...new Set([...settled, ...waiting])]);
    }),
  );
});
