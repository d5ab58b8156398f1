import { describe, expect, test } from '@jest/globals';
import { silentLog } from '../../src/lib/log.ts';
import { openService } from '../../src/service.ts';
import { sampleOf } from '../support/metrics.ts';
import { temporaryFolder, testSettings, withService } from '../support/service.ts';
import { until } from '../support/until.ts';
import {
  type Asked,
  bodyOf,
  expectSound,
  getJson,
  metricsOf,
  post,
  span,
  tasksOf,
  Witnesses,
} from './witness.ts';

/**
 * Goal: whatever text a sender writes into a name, it stays in that name. Method: texts that break out of formats
 * go into every name there is; then everything that shows them is read strictly, and again after a restart.
 */

const TEXTS: readonly string[] = [
  '"} 1\nagent_tasks 1',
  '\\',
  '\\"',
  '\n',
  '\0',
  '\u0001\r\u2028\u0085',
  '# HELP agent_tasks x',
  '{}',
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  '__other__',
  '😀 \u{1f468}\u200d\u{1f469}',
  '\u202eright to left',
  '\ufeff',
  '\ufeffmarked',
  'marked',
  '\ud800',
  'a\0b',
  'a',
  '../..',
  '%2f%00?#',
  "'; DROP TABLE tasks; --",
  '<script>alert(1)</script>',
  '=1+1',
  '[]',
  'x'.repeat(10_000),
];
const kept = (text: string): string => text.slice(0, 1024).replaceAll(/\p{Cs}/gu, '\ufffd');

/** A call and a tool use whose every name is `text`. */
function named(text: string): object[] {
  const identity = { 'agent.session.id': `session ${text}`, 'agent.type': text, 'agent.task.type': text };
  const [one, two] = [span({ ...identity, ...callOf(text) }), span({})] as [
    { traceId: string; spanId: string },
    object,
  ];
  const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': text, 'agent.cost.usd': '1' };
  return [
    one,
    {
      ...two,
      traceId: one.traceId,
      parentSpanId: one.spanId,
      attributes: (span(tool) as { attributes: object }).attributes,
    },
  ];
}
const callOf = (text: string) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': text,
  'gen_ai.request.model': text,
  'gen_ai.usage.input_tokens': 10,
  'gen_ai.response.id': text,
  'agent.prompt.version': text,
});

const report = ({ addresses }: Asked, body: object) =>
  fetch(`${addresses.web}/api/v1/outcomes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Each text is the agent type of just the tasks that it was sent with, and is no other text. */
async function expectEachInItsPlace(service: Asked): Promise<void> {
  const tasks = await tasksOf(service);
  const found = tasks
    .filter(({ task_id }) => task_id.startsWith('session '))
    .map((task) => [task.task_id, task]);
  const byId = Object.fromEntries(found) as Record<string, (typeof tasks)[number]>;
  for (const text of TEXTS) {
    const id = `session ${kept(`session ${text}`).slice('session '.length)}`;
    expect(byId[id]).toMatchObject({
      cost_usd: { total: '1' },
      ...(text !== '' && { agent_type: kept(text), task_type: kept(text) }),
    });
  }
  expect(Object.keys(byId)).toHaveLength(TEXTS.length);
}

describe('texts that break out of formats', () => {
  test('stay in their names, on the page, in the API and over a restart', async () => {
    const folder = temporaryFolder();
    const settings = testSettings({ SOLVENT_DATA_DIR: folder.path });
    const open = () => openService(settings, { log: silentLog, env: {} });
    const witnesses = new Witnesses();
    try {
      for (const round of ['first', 'restarted']) {
        const service = await open();
        try {
          if (round === 'first') {
            for (const text of TEXTS)
              expect(
                (await post(service, bodyOf([...named(text), witnesses.span()], { 'service.name': text })))
                  .text,
              ).toBe('{}');
          }
          await witnesses.charged(service);
          await service.settleNow();
          await expectEachInItsPlace(service);
          await expectSound(service);
        } finally {
          await service.close();
        }
      }
    } finally {
      folder.remove();
    }
  });

  test('name tasks of the API as they name tasks of spans', async () => {
    await withService({ SOLVENT_OUTCOMES: '{default: explicit}' }, async (service) => {
      const texts = TEXTS.filter((text) => text !== '' && text.length < 1000);
      for (const text of texts) {
        const given = { 'agent.session.id': text, 'agent.type': 'odd', 'agent.cost.usd': '1' };
        expect((await post(service, bodyOf([span(given)]))).status).toBe(200);
        const told = { task_id: text, outcome: 'solved', source: text, idempotency_key: text };
        expect((await report(service, told)).status).toBe(200);
        expect((await report(service, told)).status).toBe(200);
      }
      for (const task_id of ['', 'x'.repeat(1025)])
        expect((await report(service, { task_id, outcome: 'solved' })).status).toBe(400);
      const rows = await until('all are solved', async () => {
        const tasks = await tasksOf(service, '&outcome=solved');
        return tasks.length === texts.length && tasks.every((task) => task.cost_usd.total === '1') && tasks;
      });
      expect(rows.map(({ task_id }) => task_id).sort()).toEqual(texts.map(kept).sort());
      await expectSound(service);
    });
  });

  test('a session id of a megabyte is cut, flagged, and still one task', async () => {
    await withService({}, async (service) => {
      const long = {
        'agent.session.id': 'm'.repeat(1_048_576),
        'agent.type': 't'.repeat(10_240),
        'agent.cost.usd': '1',
      };
      const witnesses = new Witnesses();
      for (const _ of [1, 2])
        expect((await post(service, bodyOf([span(long), witnesses.span()]))).text).toBe('{}');
      await witnesses.charged(service);
      await service.settleNow();
      const [task] = (await tasksOf(service)).filter(({ agent_type }) => agent_type !== 'witness');
      expect(task).toMatchObject({
        task_id: 'm'.repeat(1024),
        agent_type: 't'.repeat(1024),
        cost_usd: { total: '2' },
      });
      expect(task?.flags).toContain('text_cut');
      const samples = await expectSound(service);
      expect(sampleOf(samples, 'solvent_span_flags_total', { flag: 'text_cut' })).toBe(2);
    });
  });
});

test('3,000 agent types are as many series as are allowed, and their sums stay whole', async () => {
  const seriesMax = 50;
  await withService({ SOLVENT_SERIES_MAX: String(seriesMax) }, async (service) => {
    const agents = Array.from({ length: 3000 }, (_, index) => `agent ${index}`);
    const spans = agents.map((agent) =>
      span({ 'agent.session.id': agent, 'agent.type': agent, 'agent.cost.usd': '0.5' }),
    );
    for (let from = 0; from < spans.length; from += 500)
      expect((await post(service, bodyOf(spans.slice(from, from + 500)))).status).toBe(200);
    const { rows } = await until('all are closed', async () => {
      const cpst = (await getJson(service, '/api/v1/cpst')) as {
        rows: { tasks: { solved: number }; cost_usd: object }[];
      };
      return cpst.rows[0]?.tasks.solved === agents.length && cpst;
    });
    expect(rows).toMatchObject([{ cost_usd: { total: '1500' } }]);

    const samples = await metricsOf(service);
    const all = (name: string, labels: Readonly<Record<string, string>> = {}) =>
      samples.filter(
        (one) =>
          one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
      );
    const sum = (found: ReturnType<typeof all>) => found.reduce((total, { value }) => total + value, 0);
    const solved = all('agent_tasks', { window: '24h', outcome: 'solved' });
    expect([solved.length, sum(solved)]).toEqual([seriesMax + 1, agents.length]);
    expect(solved.find(({ labels }) => labels.agent_type === '__other__')?.value).toBe(
      agents.length - seriesMax,
    );
    const spent = all('agent_cost_usd_total');
    expect([spent.length, sum(spent)]).toEqual([seriesMax + 1, 1500]);
    for (const name of new Set(samples.map((one) => one.name))) {
      const agentTypes = new Set(all(name).map(({ labels }) => labels.agent_type));
      expect({ name, few: agentTypes.size <= seriesMax + 1 }).toEqual({ name, few: true });
    }
    expect(sampleOf(samples, 'solvent_series_folded')).toBeGreaterThan(0);
  });
});
