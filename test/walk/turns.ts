import type { House } from '../support/house.ts';
import { WALK_PRICES } from '../support/spans.ts';

/** What walks through the lives of tasks share: how a service is set, and what its histories say in a line a turn. */
export const GIVEN = {
  prices: WALK_PRICES,
  settings: {
    SOLVENT_OUTCOMES: '{default: root, agent_types: {"ask-*": explicit}}',
    SOLVENT_REMEDIATION: '[{task_type: ticket, cost_usd: "10"}]',
    SOLVENT_EVALUATIONS:
      '[{name: judged, label: pass, outcome: solved}, {name: judged, below_score: 0.5, outcome: failed}]',
    SOLVENT_LATE_WINDOW: '30d',
  },
};

export const HOUR = 3_600_000;

export const said = (id: string, more: Record<string, string | number> = {}) => ({
  'agent.session.id': id,
  'agent.type': id,
  'agent.task.type': 'ticket',
  ...more,
});

export interface Told {
  readonly at: string;
  readonly by: readonly Record<string, unknown>[];
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
  readonly moved_from: readonly unknown[];
  readonly moved_to: readonly unknown[];
}

export async function historyOf(house: House, id: string): Promise<readonly Told[]> {
  const { status, body } = await house.ask(`/tasks/${id}/history`);
  if (status !== 200) throw new Error(`the history of ${id} answered ${status}`);
  return body.history;
}

/** `policy: outcome null > solved, total 0.002`: who turned it, and where to. */
export const turns = (events: readonly Told[]): string[] =>
  events.map(({ by, before, after }) => {
    const who = by
      .map((one) => (one.kind === 'report' ? `${one.source}/${one.idempotency_key}` : one.kind))
      .join('+');
    const total = (after?.cost_usd as { total: string } | undefined)?.total;
    const outcome =
      after !== null && 'outcome' in after ? `${before?.outcome ?? '-'} > ${after.outcome ?? '-'}` : 'same';
    return `${who}: ${outcome}${total === undefined ? '' : `, total ${total}`}`;
  });
