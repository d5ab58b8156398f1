import { describe, expect, test } from '@jest/globals';
import { runReprice } from '../../src/report/reprice.ts';

const sums = {
  spans: 2,
  changed: 1,
  before_usd: '1.5',
  after_usd: '1234.25',
  difference_usd: '1232.75',
  unpriced_before: 1,
  unpriced_after: 0,
};
const row = (month: string, model: string, more: object = {}) => ({
  month,
  component: 'inference',
  model,
  ...sums,
  ...more,
});
const tiny = { before_usd: '0.001', after_usd: '0.0009', difference_usd: '-0.0001', unpriced_before: 0 };

const aRun = (state: string, progress: number, more: object = {}) => ({
  id: 7,
  state,
  why: null,
  dry_run: true,
  table_hash: 'abcdef0123456789',
  progress,
  traces_rolled_off: 0,
  total: sums,
  rows: [row('2026-10', 'gpt-5'), row('2026-11', '=SUM(A1)\u001b[2J', tiny)],
  ...more,
});

/** A command against a service that gives these answers, one after the other; the last one again and again. */
async function reprice(
  answers: readonly { readonly status?: number; readonly body: unknown }[],
  more: Partial<Parameters<typeof runReprice>[0]> = {},
) {
  const [out, err, progress, asked]: [string[], string[], string[], string[]] = [[], [], [], []];
  let next = 0;
  const code = await runReprice({
    asked: { dry_run: true },
    fetch: (async (input: string, init?: RequestInit) => {
      asked.push(`${init?.method ?? 'GET'} ${new URL(input).pathname}`);
      const { status = 200, body } = answers[Math.min(next++, answers.length - 1)]!;
      return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
    }) as unknown as typeof globalThis.fetch,
    write: (text) => void out.push(text),
    writeError: (line) => void err.push(line),
    showProgress: (text) => void progress.push(text),
    pause: async () => {},
    stopped: new Promise(() => {}),
    ...more,
  });
  return { code, out: out.join(''), err, progress, asked };
}

describe('solvent reprice', () => {
  test('follows a run to its end and prints old, new and difference by model and month', async () => {
    const said = await reprice([
      { body: aRun('running', 0) },
      { body: aRun('running', 0.429) },
      { body: aRun('done', 1) },
    ]);
    expect([said.code, said.err, said.progress]).toEqual([
      0,
      [],
      ['re-pricing 7: 0 %', 're-pricing 7: 42 %'],
    ]);
    expect(said.asked).toEqual([
      'POST /api/v1/reprice',
      'GET /api/v1/repricings/7',
      'GET /api/v1/repricings/7',
    ]);
    expect(said.out.split('\n')).toEqual([
      'Prices by table abcdef012345, would change: nothing was written',
      '',
      'month    component  model            old        new  difference  calls  changed',
      '───────  ─────────  ────────────  ──────  ─────────  ──────────  ─────  ───────',
      '2026-10  inference  gpt-5         ≥$1.50  $1,234.25  +$1,232.75      2        1',
      '2026-11  inference  =SUM(A1)�[2J  <$0.01     <$0.01     -<$0.01      2        1',
      '───────  ─────────  ────────────  ──────  ─────────  ──────────  ─────  ───────',
      '                    total         ≥$1.50  $1,234.25  +$1,232.75      2        1',
      '',
      '',
    ]);
  });

  test('prints every digit as JSON and as CSV, where a name cannot be a formula', async () => {
    const done = [{ body: aRun('done', 1) }];
    expect(JSON.parse((await reprice(done, { json: true })).out)).toEqual(aRun('done', 1));
    expect((await reprice(done, { csv: true })).out.split('\r\n')).toEqual([
      'month,component,model,spans,changed,before_usd,after_usd,difference_usd,unpriced_before,unpriced_after',
      '2026-10,inference,gpt-5,2,1,1.5,1234.25,1232.75,1,0',
      "2026-11,inference,'=SUM(A1)\u001b[2J,2,1,0.001,0.0009,-0.0001,0,0",
      '',
    ]);
  });

  test('says so where nothing is in scope, and where something has no price even so', async () => {
    const none = await reprice([{ body: aRun('done', 1, { rows: [], dry_run: false }) }]);
    expect(none.out).toContain('restated: re-pricing 7\n\nNo charge is in that scope.\n');
    const left = await reprice([{ body: aRun('done', 1, { total: { ...sums, unpriced_after: 3 } }) }]);
    expect(left.out).toContain('≥$1,234.25');
    expect(left.out).toContain('≥ 3 lines have no price even so: it costs at least that.');
    const old = await reprice([{ body: aRun('done', 1, { traces_rolled_off: 1234 }) }]);
    expect(old.out).toContain(
      'The charges of 1,234 traces have rolled off (charges_keep): they are as they were.',
    );
  });

  test('is paused by the first signal, and gone on with by its number', async () => {
    const half = { body: aRun('running', 0.5) };
    const stopped = Promise.resolve();
    const paused = await reprice([half, half, { body: aRun('paused', 0.75) }], { stopped });
    expect(paused.asked.at(-1)).toBe('POST /api/v1/repricings/7/pause');
    expect([paused.code, paused.err]).toEqual([
      1,
      ['paused at 75 %; go on with: solvent reprice --continue 7'],
    ]);
    const place = { base: 'here://d', option: '--data-dir d' };
    const here = await reprice([half, half, { body: aRun('paused', 0.75) }], { stopped, place });
    expect(here.err).toEqual(['paused at 75 %; go on with: solvent reprice --data-dir d --continue 7']);
    const on = await reprice([{ body: aRun('done', 1) }], { asked: { continue: '7' } });
    expect([on.code, on.asked]).toEqual([0, ['POST /api/v1/repricings/7/continue']]);
    // It came to its end before it heard.
    const late = await reprice(
      [half, half, { status: 409, body: { detail: 'over' } }, { body: aRun('done', 1) }],
      { stopped },
    );
    expect(late.code).toBe(0);
  });

  test.each([
    [
      [{ status: 400, body: { detail: 'table is wrong' } }],
      {},
      2,
      'http://127.0.0.1:9464 refuses: table is wrong',
    ],
    [[{ status: 409, body: { detail: 'busy' } }], {}, 1, 'http://127.0.0.1:9464 refuses: busy'],
    [
      [{ body: '<html>' }],
      {},
      1,
      'http://127.0.0.1:9464 answers, but not as Solvent does: is another service on this port?',
    ],
    [
      [{ body: aRun('failed', 0.5, { why: 'the disk is full' }) }],
      {},
      1,
      're-pricing 7 is failed: the disk is full',
    ],
    [
      [{ body: {} }],
      { url: 'ftp://x' },
      2,
      '--url is "ftp://x", but should be an address such as http://127.0.0.1:9464',
    ],
    [[{ body: {} }], { json: true, csv: true }, 2, 'solvent reprice prints --json or --csv, not both'],
  ] as const)('%j %j', async (answers, more, code, line) => {
    const said = await reprice(answers, more);
    expect([said.code, said.err, said.out]).toEqual([code, [line], '']);
  });
});
