import { expect, test } from '@jest/globals';
import { helpText, settingsDoc } from '../../src/settings/docs.ts';
import { readSettings } from '../../src/settings/read.ts';
import { envName, SETTING_NAMES, SETTINGS, yamlName } from '../../src/settings/table.ts';

const doc = settingsDoc();

test.each(SETTING_NAMES)('%s is in the help and in the documentation, in one row of five cells', (name) => {
  expect(helpText()).toContain(`  ${envName(name)} `);
  const rows = doc.split('\n').filter((line) => line.startsWith(`| \`${yamlName(name)}\` |`));
  expect(rows).toHaveLength(1);
  expect(rows[0]!.split(/(?<!\\)\|/)).toHaveLength(7);
});

test('the example can be read', () => {
  const [, text = ''] = /```yaml\n(.*?)```/s.exec(doc) ?? [];
  expect(text).toContain('remediation:');
  expect(readSettings({ file: { path: 'example.yaml', text }, env: {} })).toMatchObject({ kind: 'ok' });
});

test('one heading of the first rank, and no line that ends in a space', () => {
  expect(doc.match(/^# /gm)).toHaveLength(1);
  expect(doc).not.toMatch(/ $/m);
  expect(doc.endsWith('```\n')).toBe(true);
});

test('the help as it is printed', () => {
  expect(helpText().split('\n').slice(0, 4).join('\n')).toMatchInlineSnapshot(`
"Settings, by environment or in the YAML file of --config or SOLVENT_CONFIG:
  SOLVENT_HOST                           Address that all ports listen on; the image sets 0.0.0.0. [127.0.0.1]
  SOLVENT_OTLP_GRPC_PORT                 Port for OTLP over gRPC. [4317]
  SOLVENT_OTLP_HTTP_PORT                 Port for OTLP over HTTP. [4318]"
`);
});

test('a row of the page: key, variable, default, what it takes and what it does', () => {
  for (const row of [
    '| `web_port` | `SOLVENT_WEB_PORT` | `9464` | a port from 0 to 65535 (0 picks a free one) | Port for the pages, the API, /metrics, /healthz and /readyz. |',
    '| `prices` | `SOLVENT_PRICES` | unset | a path | File of your own prices, or a folder of them; they beat the bundled ones. |',
    // A bar would end the cell, and `<` begin a tag.
    '| `outcomes` | `SOLVENT_OUTCOMES` | `{default: root}` | a mapping {default: root \\| explicit, agent_types: {&lt;agent type or glob>: root \\| explicit}} | Who says how a task ended: root (the root span, unless an outcome is reported) or explicit (only reports). |',
  ])
    expect(doc.split('\n')).toContain(row);
});

test('settings stand under their headings, in the order of the table', () => {
  const headings = doc.match(/^## .+$/gm);
  expect(headings).toEqual(
    'Addresses Storage Money Outcomes Attributes Timing Limits Log An·example'
      .split(' ')
      .map((group) => `## ${group.replace('·', ' ')}`),
  );
  const keys = [...doc.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key);
  expect(keys).toEqual(SETTING_NAMES.map(yamlName));
  expect(doc).toContain(
    '\n\n## Money\n\n| key | variable | default | takes | what it does |\n|---|---|---|---|---|\n| `prices` ',
  );
});

test('every help is a sentence of its own, and says nothing of kinds that the page says elsewhere', () => {
  const helps = SETTING_NAMES.map((name) => SETTINGS[name].help);
  for (const help of helps) expect(help).toMatch(/^[A-Z][^\n]*\.$/);
  expect(new Set(helps).size).toBe(helps.length);
});

test('what has no default has none in the help, and the columns line up', () => {
  const [, ...lines] = helpText().trimEnd().split('\n');
  expect(lines).toHaveLength(SETTING_NAMES.length);
  const column = new Set(lines.map((line) => line.search(/ [A-Z][a-z]/)));
  expect([...column]).toEqual([40]);
  expect(lines.find((line) => line.includes('SOLVENT_PRICES '))).toMatch(/they beat the bundled ones\.$/);
  expect(lines.find((line) => line.includes('SOLVENT_WINDOWS'))).toMatch(
    /look back over\. \[\[1h, 24h, 7d\]\]$/,
  );
});
