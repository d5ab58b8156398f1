import { describe, expect, test } from '@jest/globals';
import { openDuckDbLedger } from '../../../src/ledger/duckdb/ledger.ts';
import { temporaryFolder } from '../../support/service.ts';
import { task } from '../../support/tasks.ts';

/** Texts that a client of a database may read back as another, and two that only an ill-formed one tells apart. */
const TEXTS = [
  '',
  '\ufeff',
  '\ufeffmark',
  'mark',
  '\ufeff\ufeff',
  '\0',
  'a\0b',
  'a',
  '\ud800',
  '\udfff',
  '__proto__',
];
const wellFormed = (text: string): string => text.replaceAll(/\p{Cs}/gu, '\ufffd');

const asTasks = TEXTS.map((text, index) =>
  task({ taskId: `${index} ${text}`, agentType: text, taskType: `type of ${text}`, flags: [text] }),
);

describe('texts that are hard to keep', () => {
  test('are the same after a restart, and push no other text from its place', async () => {
    const folder = temporaryFolder();
    const open = () => openDuckDbLedger({ path: `${folder.path}/solvent.duckdb` });
    const first = await open();
    await first.apply({
      traces: [],
      tasks: asTasks.map((one) => ({ task: one, charges: [] })),
      removed: [],
      reports: [],
      counters: [],
      position: undefined,
      forgetBefore: undefined,
    });
    await first.close();
    const second = await open();
    try {
      for (const { taskId, agentType, taskType, flags } of asTasks) {
        expect(await second.task(taskId)).toMatchObject({
          taskId: wellFormed(taskId),
          agentType: wellFormed(agentType),
          taskType: wellFormed(taskType),
          flags,
        });
      }
    } finally {
      await second.close();
      folder.remove();
    }
  });

  test('name a task that begins with a byte order mark, in every call', async () => {
    const folder = temporaryFolder();
    const ledger = await openDuckDbLedger({ path: `${folder.path}/solvent.duckdb` });
    const marked = ['\ufeffa', 'a', '\ufeff'].map((taskId) =>
      task({ taskId, state: 'open', closedAt: undefined, outcome: undefined, closedBy: undefined, dueAt: 1 }),
    );
    try {
      await ledger.apply({
        traces: [],
        tasks: marked.map((one) => ({ task: one, charges: [] })),
        removed: [],
        reports: [],
        counters: [],
        position: undefined,
        forgetBefore: undefined,
      });
      expect([...(await ledger.dueTasks(2, 10))].sort()).toEqual(['a', '\ufeff', '\ufeffa']);
      expect([...(await ledger.tasksState(['\ufeffa', 'a'])).keys()].sort()).toEqual(['a', '\ufeffa']);
      expect(await ledger.charges('\ufeff')).toEqual([]);
      const seen: string[] = [];
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const page = await ledger.tasks({ sort: 'started_at', limit: 1, ...(cursor && { cursor }) });
        seen.push(...page.tasks.map(({ taskId }) => taskId));
        cursor = page.nextCursor;
      }
      expect(seen.sort()).toEqual(['a', '\ufeff', '\ufeffa']);
    } finally {
      await ledger.close();
      folder.remove();
    }
  });
});
