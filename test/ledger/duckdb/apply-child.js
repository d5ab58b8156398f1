/**
 * Applies to the ledger at argv[2] one change after another, counted on from what it holds, and prints the count of each
 * after it was told that it is kept. Dies by itself at its argv[4]th passing of the crash point argv[3], or when killed.
 */
import { writeSync } from 'node:fs';
import { openDuckDbLedger } from '../../../dist/ledger/duckdb/ledger.js';

const [path, point, passing] = process.argv.slice(2);
let passed = 0;
const ledger = await openDuckDbLedger({
  path,
  crash(at) {
    if (at !== point) return;
    passed += 1;
    if (passed === Number(passing)) process.kill(process.pid, 'SIGKILL');
  },
});

const zeros = (names) => Object.fromEntries(names.map((name) => [name, 0]));
const COSTS = ['inference', 'vector', 'tooling', 'compute', 'remediation'];
const TOKENS = ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'];

const chargeOf = (count, traceId) => ({
  traceId,
  spanId: 'b'.repeat(16),
  line: 0,
  taskId: `task ${count}`,
  at: 5n,
  component: 'inference',
  provider: 'openai',
  model: `model ${count}`,
  resource: '',
  class: 'input',
  quantity: 1_000_000n,
  rate: null,
  amount: 1n,
  priceId: null,
  tableHash: null,
  flags: [],
  reason: null,
});

const taskOf = (count) => ({
  taskId: `task ${count}`,
  agentType: `agent ${count}`,
  taskType: 'default',
  promptVersion: undefined,
  user: undefined,
  dimensions: [],
  tagged: true,
  state: 'closed',
  outcome: 'solved',
  closedBy: 'reported',
  startedAt: 5n,
  closedAt: 5n,
  dueAt: undefined,
  value: undefined,
  cost: { ...Object.fromEntries(COSTS.map((name) => [name, 0n])), inference: 1n },
  tokens: zeros(TOKENS),
  calls: zeros(['inference', 'embedding', 'rerank', 'vector', 'tool']),
  actions: 1,
  unpricedCalls: 0,
  flags: [],
});

for (let count = Number(await ledger.position()) + 1; ; count += 1) {
  const traceId = count.toString(16).padStart(32, '0');
  await ledger.apply({
    traces: [
      {
        traceId,
        fresh: true,
        skeleton: Uint8Array.of(1),
        parts: [],
        charges: [chargeOf(count, traceId)],
        calls: [],
        verdict: [],
        settledAt: 1,
      },
    ],
    tasks: [{ task: taskOf(count), charges: [] }],
    removed: [],
    reports: [{ taskId: `task ${count}`, outcome: 'solved', at: 5n, source: 'crm', key: `${count}` }],
    counters: [
      { counter: 'actions', agentType: 'a', taskType: 't', dimensions: [], tool: 'x', status: 'ok', by: 1n },
    ],
    position: `${count}`,
    forgetBefore: undefined,
    history: [
      {
        taskId: `task ${count}`,
        atMs: count,
        by: [{ kind: 'policy' }],
        before: undefined,
        after: { state: 'closed' },
        cameFrom: [],
        wentTo: [],
      },
    ],
  });
  writeSync(1, `${count}\n`);
}
