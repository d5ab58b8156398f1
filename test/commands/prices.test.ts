import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type CommandContext, UsageFault } from '../../src/commands/context.ts';
import { pricesCommand } from '../../src/commands/prices.ts';
import { temporaryFolder } from '../support/service.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const file = (name: string, text: string): string => {
  const path = join(folder.path, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};

/** Runs `solvent prices` over the test's folder, and gives its exit code and what it said. */
async function run(args: readonly string[], env: Record<string, string> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const context = {
    args,
    env: { SOLVENT_DATA_DIR: join(folder.path, 'data'), ...env },
    write: (text: string) => void out.push(text),
    complain: (line: string) => void err.push(line),
  } as unknown as CommandContext;
  const code = await pricesCommand(context);
  return { code, out: out.join(''), err };
}

describe('solvent prices', () => {
  test('tells its sources, best first, with their days and hashes', async () => {
    const prices = file(
      'own.yaml',
      'version: 1\ntable: {id: acme}\nprices: [{match: {exact: a}, usd: {input: "1"}}]',
    );
    const { code, out } = await run([], { SOLVENT_PRICES: prices });
    expect(code).toBe(0);
    expect(out.split('\n').filter((line) => /^\w/.test(line))).toEqual([
      expect.stringMatching(/^table [0-9a-f]{64}$/),
      'user      acme: 1 rows',
      expect.stringMatching(
        /^overlay {3}Portkey-AI\/models, .*: \d+ rows, came out 2026-08-21, read 2026-11-27$/,
      ),
      'snapshot  @pydantic/genai-prices 0.1.8: 1694 rows, came out 2026-09-23, read 2026-11-23',
      expect.stringMatching(/^The list prices are \d+ days old\.$/),
    ]);
    expect(out.match(/sha256 [0-9a-f]{64}/g)).toHaveLength(3);
    expect(JSON.parse((await run(['--json'])).out).sources).toHaveLength(2);
  });

  test('tells what a model costs, in every tier', async () => {
    const { code, out } = await run(['openai/gpt-5-nano', '--at', '2026-11-01']);
    expect(code).toBe(0);
    expect(out).toContain('openai/gpt-5-nano at 2026-11-01T00:00:00Z, in dollars');
    expect(out).toContain('standard: genai-prices/openai/gpt-5-nano, snapshot');
    expect(out).toMatch(/\n {2}input {20}0\.05 for 1000000\n/);
    expect(out).toMatch(
      /\nflex: overlay\/openai\/gpt-5-nano#flex, overlay\n {2}Portkey[^\n]*\n {2}input {20}0\.025 for/,
    );
    const flex = await run(['openai/gpt-5-nano', '--service-tier', 'flex', '--json']);
    expect(JSON.parse(flex.out)).toMatchObject({ when: 'flex', source: 'overlay' });
    const long = await run(['google/gemini-2.5-pro']);
    expect(long.out).toContain('  requests above 200000 (prompt_total)\n    input');
  });

  test('says what it does not know', async () => {
    expect(await run(['openai/gpt-99'])).toMatchObject({
      code: 1,
      err: [expect.stringContaining('no price for openai/gpt-99 at ')],
    });
    const bad = file('bad.yaml', 'version: 2');
    expect(await run([], { SOLVENT_PRICES: bad })).toMatchObject({
      code: 1,
      err: [`${bad}:1: version must be one of 1, not "2"`],
    });
    expect((await run([], { SOLVENT_SETTLE_INTERVAL: 'soon' })).code).toBe(1);
  });

  test.each([
    [['a/b', 'c/d'], 'name one model, as provider/model'],
    [['gpt-4o'], 'gpt-4o is no provider/model'],
    [['a/b', '--at', 'soon'], '--at soon is no time such as 2026-11-01'],
    [['lint'], 'name a price file, or a folder of them'],
    [['lint', 'a', '--json'], "Unknown option '--json'; it takes no options"],
    [['import'], '--published YYYY-MM-DD is wanted'],
  ])('%j is a fault of usage', async (args, message) => {
    await expect(run(args)).rejects.toThrow(UsageFault);
    await expect(run(args)).rejects.toThrow(message);
  });
});

describe('solvent prices lint', () => {
  test('says what is good of a file and of a folder, with its warnings', async () => {
    const good = file('many/a.yaml', 'version: 1\naliases: [{model: a, as: {provider: p, model: b}}]');
    file(
      'many/b.yml',
      'version: 1\nprices: [{match: {exact: c}, usd: {input: "2"}, tiers: [{gt: 5, usd: {input: "1"}}]}]',
    );
    file('many/.hidden.yaml', 'version: 7');
    const { code, out, err } = await run(['lint', good, dirname(good)]);
    expect([code, out]).toEqual([
      0,
      `${good}: 0 prices, 1 aliases, all good\n${dirname(good)}: 1 prices, 1 aliases, all good\n`,
    ]);
    expect(err).toEqual([
      `warning: ${join(dirname(good), 'b.yml')}:2: prices[0].tiers[0] asks less for input than below it`,
    ]);
  });

  test('names every mistake of every file, also what two of them do to each other', async () => {
    const row = (usd: string) => `version: 1\nprices:\n  - {match: {exact: a}, usd: {input: "${usd}"}}\n`;
    const [one, two] = [file('tie/1.yaml', row('1')), file('tie/2.yaml', row('2'))];
    const missing = join(folder.path, 'none.yaml');
    const { code, err } = await run(['lint', dirname(one), missing, file('x.yaml', 'version: 1\nprices: 5')]);
    expect(code).toBe(1);
    expect(err).toEqual([
      `${two}:3: prices a for calls that line 3 of ${one} prices too, and neither is the more specific`,
      `${missing}: the price file cannot be read: there is no such file`,
      `${join(folder.path, 'x.yaml')}:2: prices must be a list of prices`,
    ]);
  });

  test('two files that name one alias or count one unit otherwise are refused', async () => {
    const alias = (to: string) =>
      `version: 1\nunits: {page: {per: ${to}}}\naliases: [{model: a, as: {provider: p, model: b}}]`;
    const path = dirname(file('twin/1.yaml', alias('1')));
    file('twin/2.yaml', alias('2'));
    const [one, two] = [join(path, '1.yaml'), join(path, '2.yaml')];
    expect((await run(['lint', path])).err).toEqual([
      `${two}: names a, which ${one} names too`,
      `${two}: counts page otherwise than ${one} does`,
    ]);
  });
});

/** A package of three models, in the shape of the real one. */
const installed = (name: string, input: number, extra = '') => {
  const model = (id: string, prices: string) => `{id:'${id}',match:{equals:'${id}'},prices:${prices}}`;
  const models = [
    model('gpt-5-nano', `{input_mtok:${input},output_mtok:0.4,cache_read_mtok:0.005}`),
    extra,
  ].filter(Boolean);
  file(`${name}/package.json`, '{"name":"@pydantic/genai-prices","version":"9.9.9","type":"module"}');
  return dirname(
    file(
      `${name}/dist/index.js`,
      `export const waitForUpdate = async () => [{id:'openai',models:[${models.join(',')}]}];`,
    ),
  ).replace(/dist$/, '');
};

describe('solvent prices import', () => {
  const data = join(folder.path, 'data');
  const imported = () => readdirSync(join(data, 'price-snapshots'));

  test('refuses a jump, takes it when told to, and keeps what was asked before', async () => {
    const path = installed('jump', 0.5, "{id:'gpt-new',match:{equals:'gpt-new'},prices:{input_mtok:1}}");
    const args = ['import', '--package', path, '--published', '2026-11-20'];
    const refused = await run(args);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('openai/gpt-5-nano input: 0.05 -> 0.5  JUMP\n');
    expect(refused.out).toContain('openai/gpt-new: new\n');
    expect(refused.err).toEqual([expect.stringContaining('nothing was written')]);
    const taken = await run([...args, '--accept-jumps']);
    expect([taken.code, taken.err]).toEqual([0, []]);
    expect(imported()).toEqual([expect.stringMatching(/^genai-prices-9\.9\.9-[0-9a-f]{12}\.json$/)]);
    // From today on the new price, before it the old one, and models that are gone keep theirs.
    const costs = async (name: string, at: string) => (await run([name, '--at', at])).out;
    expect(await costs('openai/gpt-5-nano', '2099-01-01')).toMatch(/\n {2}input +0\.5 for/);
    expect(await costs('openai/gpt-5-nano', '2026-11-01')).toMatch(/\n {2}input +0\.05 for/);
    expect(await costs('anthropic/claude-sonnet-4-5', '2099-01-01')).toMatch(/\n {2}input +3 for/);
    // The tiers were made beside the old price: they are set aside, and it is said.
    expect((await run([])).out).toContain('set aside: openai/gpt-5-nano: the list prices have changed');
    const again = await run(args);
    expect([again.code, again.out]).toEqual([0, 'the snapshot is this one already\n']);
  });

  test('says what is missing, and what it cannot read', async () => {
    const asked = async (path: string) => run(['import', '--package', path, '--published', '2026-11-20']);
    const nowhere = join(folder.path, 'nowhere');
    expect((await asked(nowhere)).err).toEqual([
      `${nowhere}: there is no @pydantic/genai-prices; install it, or name its folder with --package`,
    ]);
    const strange = installed('strange', 0.05, "{id:'odd',match:{equals:'odd'},prices:{smell_mtok:1}}");
    expect((await asked(strange)).err).toEqual([
      'openai/odd: its price key smell_mtok is new: give it a class in package-prices.ts',
    ]);
  });
});
