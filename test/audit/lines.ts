import type { ChargeLine } from '../../src/domain/charge-line.ts';
import type { MicroUnits, UsdFemto } from '../../src/domain/money.ts';
import { usd } from '../support/tasks.ts';

export const DAY = BigInt(Date.UTC(2026, 10, 1)) * 1_000_000n;

/** A line with everything that a test does not care about filled in. */
export const aLine = (
  given: Partial<Omit<ChargeLine, 'kind' | 'task'>> & {
    readonly kind?: Partial<ChargeLine['kind']>;
    readonly task?: Partial<ChargeLine['task']>;
  } = {},
): ChargeLine => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  line: 0,
  at: DAY + 1n,
  quantity: 1_500_000n as MicroUnits,
  amount: usd('0.00375'),
  ...given,
  kind: {
    component: 'inference',
    provider: 'openai',
    model: 'gpt-4o',
    resource: '',
    class: 'input',
    rate: 2_500_000_000n as UsdFemto,
    priceId: 'openai/gpt-4o',
    tableHash: 'abc123',
    flags: [],
    reason: null,
    ...given.kind,
  },
  task: {
    taskId: 'T1',
    agentType: 'support',
    taskType: 'default',
    promptVersion: undefined,
    user: undefined,
    dimensions: [],
    state: 'closed',
    outcome: 'solved',
    closedBy: 'reported',
    closedAt: DAY + 2n,
    ...given.task,
  },
});

export async function* pages(
  ...given: readonly (readonly ChargeLine[])[]
): AsyncGenerator<readonly ChargeLine[]> {
  yield* given;
}

/** A CSV text after RFC 4180, read by a hand-written automaton that shares nothing with what wrote it. */
export function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, at]: [string[], string, number] = [[], '', 0];
  while (at < text.length) {
    if (text[at] === '"') {
      for (at += 1; ; at += 1) {
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else break;
      }
      at += 1;
    } else if (text[at] === ',') {
      row.push(cell);
      [cell, at] = ['', at + 1];
    } else if (text.startsWith('\r\n', at)) {
      rows.push([...row, cell]);
      [row, cell, at] = [[], '', at + 2];
    } else {
      cell += text[at];
      at += 1;
    }
  }
  if (row.length > 0 || cell !== '') throw new Error('the last row has no end');
  return rows;
}
