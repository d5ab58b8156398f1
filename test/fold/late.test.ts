import { describe, expect, test } from '@jest/globals';
import type { Task, TaskPart } from '../../src/domain/task.ts';
import { isLate } from '../../src/fold/late.ts';
import { table } from '../support/table.ts';
import { openTask, task } from '../support/tasks.ts';

const heard = (traceId: string, receivedAt: number) => ({ traceId, claim: { receivedAt } }) as TaskPart;

const TASKS: Record<string, Task | undefined> = {
  unheard: undefined,
  open: openTask({ taskId: 't' }),
  closed: task({ taskId: 't' }),
  late: task({ taskId: 't', flags: ['late'] }),
};

describe('spans are late where', () => {
  const cases = table(`
    before    known    news     late   why
    unheard   _        a:9000   no     a·first·word·is·never·late
    open      a:1000   a:9000   no     nothing·was·closed
    closed    a:1000   a:6000   no     it·was·not·quiet·for·longer·than·5·s
    closed    a:1000   a:6001   yes    it·was
    closed    a:1000   b:9000   no     another·trace·is·the·session·going·on
    closed    a:1000   _        no     a·report·is·no·span
    late      a:9000   b:9001   yes    once·late·is·always·late
  `);
  test.each(cases)('$before, $known, then $news: $late, $why', ({ before, known, news, late }) => {
    const parts = (text = '') =>
      text === '' ? [] : [heard(text.split(':')[0]!, Number(text.split(':')[1]))];
    const told = isLate({ task: TASKS[before!], parts: parts(known) }, parts(news), { taskQuietMs: 5000 });
    expect(told).toBe(late === 'yes');
  });
});
