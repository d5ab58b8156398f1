import { describe, expect, test } from '@jest/globals';
import { reportTable } from '../../src/report/table.ts';
import { answer, frugal, golden, thorough } from './answers.ts';

const plain = { color: false, width: 130 };
const health = { tasks: 2000, tasks_closed: 2000, untagged_tasks: 0, inferred_tasks: 0, unpriced_calls: 0 };

test('the golden example', () => {
  expect(reportTable(golden, health, plain)).toMatchInlineSnapshot(`
"Cost per solved task, by agent type

agent type      tasks  solved  remediated  failed  success  cost/run  CPST resolved  CPST autonomous  reasoning/action
──────────────  ─────  ──────  ──────────  ──────  ───────  ────────  ─────────────  ───────────────  ────────────────
frugal-agent    1,000     500         500       0   50.0 %     $0.50          $5.50           $11.00             1,235
thorough-agent  1,000     950          50       0   95.0 %     $2.00          $2.50            $2.63             9,000

Where the money went

agent type      inference  vector  tooling  remediation      total
──────────────  ─────────  ──────  ───────  ───────────  ─────────
frugal-agent      $399.60   $0.40  $100.00    $5,000.00  $5,500.00
thorough-agent  $1,798.80   $1.20  $200.00      $500.00  $2,500.00

The cheapest run is not the cheapest solved task: frugal-agent costs $0.50 a run but $5.50 a solved task; thorough-agent costs
$2.00 a run and $2.50 a solved task.

CPST is all cost over the tasks solved: resolved also counts those that a human finished, autonomous and success only those that
the agent solved alone. Cost/run leaves out what humans cost.
"
`);
});

test('what casts doubt on the figures is told below them', () => {
  const row = { ...frugal, lower_bound: true, tasks: { ...frugal.tasks, abandoned: 3 } };
  const doubtful = { ...health, untagged_tasks: 100, inferred_tasks: 1500, unpriced_calls: 1200 };
  expect(reportTable(answer([row]), doubtful, plain)).toMatchInlineSnapshot(`
"Cost per solved task, by agent type

agent type    tasks  solved  remediated  failed  abandoned  success  cost/run  CPST resolved  CPST autonomous  reasoning/action
────────────  ─────  ──────  ──────────  ──────  ─────────  ───────  ────────  ─────────────  ───────────────  ────────────────
frugal-agent  1,003     500         500       0          3   50.0 %    ≥$0.50         ≥$5.50          ≥$11.00             1,235

Where the money went

agent type    inference  vector  tooling  remediation       total
────────────  ─────────  ──────  ───────  ───────────  ──────────
frugal-agent    $399.60   $0.40  $100.00    $5,000.00  ≥$5,500.00

frugal-agent costs at least $0.50 a run and at least $5.50 a solved task.

CPST is all cost over the tasks solved: resolved also counts those that a human finished, autonomous and success only those that
the agent solved alone. Cost/run leaves out what humans cost.
≥ is a lower bound: 1,200 calls have no price (see /api/v1/unpriced), and count as nothing here.
75.0 % of all outcomes were inferred from root spans; nobody reported them.
5.0 % of all tasks carry no session id: each trace counts as a task.
"
`);
});

describe('a narrow terminal', () => {
  const lines = reportTable(golden, health, { color: false, width: 90 }).split('\n');

  test('loses the ratio first, and never what a solved task costs', () => {
    expect(lines[2]).not.toContain('reasoning/action');
    expect(lines[2]).toContain('CPST autonomous');
    for (const width of [1, 40]) {
      const narrow = reportTable(golden, health, { color: false, width });
      expect(narrow).toContain('CPST resolved');
    }
  });

  test('wraps its sentences', () => {
    const sentences = lines.slice(lines.findIndex((line) => line.startsWith('The cheapest')));
    expect(Math.max(...sentences.map((line) => line.length))).toBeLessThanOrEqual(90);
  });
});

describe('the verdict', () => {
  const verdictOf = (...rows: Parameters<typeof answer>[0]) => {
    const text = reportTable(answer(rows), undefined, { color: false, width: 1000 });
    return text.split('\n').find((line) => line.endsWith('.') && !line.startsWith('CPST is')) ?? '';
  };

  test('names the cheapest where its run is the cheapest too', () => {
    const worse = { ...thorough, cpst_usd: { resolved: '7', autonomous: null } };
    expect(verdictOf(frugal, worse)).toBe(
      'frugal-agent is the cheapest: $0.50 a run and $5.50 a solved task.',
    );
  });

  test('is a plain statement for one agent', () => {
    expect(verdictOf(thorough)).toBe('thorough-agent costs $2.00 a run and $2.50 a solved task.');
  });

  test('says so where nothing is solved', () => {
    const failed = { ...frugal, cpst_usd: { resolved: null, autonomous: null } };
    expect(verdictOf(failed)).toBe('No task is solved yet, so there is no cost per solved task.');
  });
});

test('no task, no table', () => {
  expect(reportTable(answer([]), health, plain)).toBe(
    'No task has closed between 2026-11-22T12:00:00Z and 2026-11-23T12:00:00Z.\n',
  );
});

test('a missing value is a dash, an empty name says so, and without groups there is one row', () => {
  const row = {
    ...frugal,
    agent_type: '',
    cpst_usd: { resolved: '5.5', autonomous: null },
    reasoning_action_ratio: { reasoning: null, output: null },
  };
  const text = reportTable(answer([row]), undefined, plain);
  expect(text).toMatch(/^\(none\) .* \$5\.50 +- +-$/m);
  expect(reportTable(answer([row], []), undefined, plain)).toContain('Cost per solved task\n');
});

test('a name from the network cannot steer the terminal', () => {
  const row = { ...frugal, agent_type: `\u001b[2Jevil\u202e\n${'x'.repeat(100)}` };
  const text = reportTable(answer([row]), undefined, plain);
  expect(text).not.toMatch(/[\u001b\u202e]/);
  expect(text).toContain('�[2Jevil��xxxx');
  expect(text).toContain('…');
});

test('color is bold for the figure that counts, dim for the notes', () => {
  const text = reportTable(golden, health, { color: true, width: 130 });
  expect(text).toContain('\u001b[1m        $5.50\u001b[0m');
  expect(text).toContain('\u001b[2mCPST is all cost');
  // biome-ignore lint/complexity/useRegexLiterals: the escape is easier to read in a text.
  expect(text.replaceAll(new RegExp('\u001b\\[\\d*m', 'g'), '')).toBe(reportTable(golden, health, plain));
});
