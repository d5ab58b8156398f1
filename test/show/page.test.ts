import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { NO_COST } from '../../src/domain/economics.ts';
import { ROWS_MAX } from '../../src/show/page-economics.ts';
import { charge, everyMetric, ledgerOf, NOON, openTask, task, usd } from '../support/tasks.ts';
import { windows, withWeb, words } from '../support/web.ts';

describe('the page at /', () => {
  test('shows the golden agents: cost per solved task on both bases, cost of a run, success', async () => {
    const cost = (inference: string, remediation: string) => ({
      ...NO_COST,
      inference: usd(inference),
      remediation: usd(remediation),
    });
    const tasks = [
      task({ taskId: '1', agentType: 'frugal', cost: cost('0.5', '0') }),
      task({ taskId: '2', agentType: 'frugal', cost: cost('0.5', '10'), outcome: 'remediated' }),
    ];
    await withWeb(await ledgerOf({ tasks }), {}, async ({ get }) => {
      const { status, headers, text } = await get('/');
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(words(text)).toContain(
        'frugal $5.50 $11.00 $0.50 $5.50 50 % / 100 % 2 1 solved 1 remediated ' +
          'inference $1.00 (9.1 %), remediation $10.00 (90.9 %)',
      );
      expect(text).toContain('<title>inference $1.00 (9.1 %), remediation $10.00 (90.9 %)</title>');
      expect(words(text)).toContain('None: every task has its outcome.');
    });
  });

  test('marks lower bounds, lists what has no price, open tasks and doubts', async () => {
    await withWeb(await everyMetric(), {}, async ({ get }) => {
      const text = words((await get('/')).text);
      expect(text).toContain('≥ marks a lower bound');
      expect(text).toContain('unheard-of openai input model unknown 1 1,000 2026-11-23 11:59 UTC');
      expect(text).toContain('agent 1 $11.50');
      expect(text).toContain('Inferred outcomes: 33.3 %');
      expect(text).toContain('Untagged tasks: 25 %');
    });
  });

  test('before the first task it tells how to send one, with the ports in use', async () => {
    const otlp = { grpcPort: 14317, httpPort: 14318 };
    await withWeb(await ledgerOf({}), { otlp }, async ({ get }) => {
      const { text } = await get('/');
      expect(text).toContain('OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:14317');
      expect(text).toContain('OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:14318');
      expect(text).not.toContain('<table');
    });
  });

  test('a window shows its own tasks and is marked; one without tasks says so', async () => {
    const old = task({ taskId: 'old', agentType: 'old-agent', closedAt: NOON - 7_200_000_000_000n });
    await withWeb(await ledgerOf({ tasks: [old] }), {}, async ({ get }) => {
      const all = (await get('/')).text;
      expect(all).toContain('<a href="/" aria-current="page">all time</a>');
      expect(all).toContain('old-agent');
      for (const { name } of windows) expect(all).toContain(`<a href="/?window=${name}">${name}</a>`);
      const hour = (await get('/?window=1h')).text;
      expect(hour).toContain('<a href="/?window=1h" aria-current="page">1h</a>');
      expect(hour).toContain('No task was closed in this period.');
      expect((await get('/?window=3h')).text).toContain('<a href="/?window=3h" aria-current="page">3h</a>');
    });
  });

  test('every name on it is escaped', async () => {
    const evil = '<img src=x onerror=alert(1)>"\'`&\0';
    const ledger = await ledgerOf({
      tasks: [task({ taskId: 'a', agentType: evil }), openTask({ taskId: 'b', agentType: evil })],
      charges: [
        charge({
          taskId: 'a',
          model: evil,
          provider: evil,
          class: evil,
          amount: null,
          reason: 'model_unknown',
        }),
      ],
    });
    await withWeb(ledger, { version: evil }, async ({ get }) => {
      const { text } = await get('/');
      expect(text).not.toContain('<img');
      expect(text).not.toContain('\0');
      expect(text.split('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&#96;&amp;\ufffd').length - 1).toBe(7);
    });
  });

  test('its policy lets in its own style and nothing else, and there is no script', async () => {
    await withWeb(await everyMetric(), {}, async ({ get }) => {
      const { headers, text } = await get('/');
      const style = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
          `style-src 'sha256-${hash}'`,
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(text).not.toMatch(/<script|style="|javascript:|\son\w+=/);
    });
  });

  test('at the limit all agent types are shown, past it the dearest', async () => {
    const agents = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        task({
          taskId: `t${index}`,
          agentType: `agent-${index}.`,
          cost: { ...NO_COST, inference: usd(`${index}`) },
        }),
      );
    const shown = async (count: number) => {
      let text = '';
      await withWeb(await ledgerOf({ tasks: agents(count) }), {}, async ({ get }) => {
        text = (await get('/')).text;
      });
      return text;
    };
    expect(await shown(ROWS_MAX)).toContain('<td class="name">agent-0.');
    const over = await shown(ROWS_MAX + 1);
    expect(over).not.toContain('<td class="name">agent-0.');
    expect(over).toContain(`agent-${ROWS_MAX}.`);
    expect(over).toContain(`The ${ROWS_MAX} dearest of ${ROWS_MAX + 1}`);
  });
});

describe('the plain routes', () => {
  test('/healthz says that the process lives, /readyz whether it is ready and why not', async () => {
    let ready = false;
    const given = { ready: () => ({ ready, why: ready ? '' : 'replaying the journal' }), version: '1.2.3' };
    await withWeb(await ledgerOf({}), given, async ({ json }) => {
      expect(await json('/healthz')).toMatchObject({ status: 200, body: { status: 'ok', version: '1.2.3' } });
      expect(await json('/readyz')).toMatchObject({
        status: 503,
        body: { ready: false, why: 'replaying the journal' },
      });
      ready = true;
      expect((await json('/readyz')).status).toBe(200);
    });
  });

  test("/metrics hands on the export's page as it is, and what was asked for", async () => {
    const metricsPage = async (accept: string | undefined) => ({
      status: 500,
      contentType: 'text/plain; charset=utf-8',
      body: `no metrics for ${accept}\n`,
    });
    await withWeb(await ledgerOf({}), { metricsPage }, async ({ get }) => {
      const { status, headers, text } = await get('/metrics', { headers: { accept: 'text/plain' } });
      expect(status).toBe(500);
      expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(text).toBe('no metrics for text/plain\n');
    });
  });
});
