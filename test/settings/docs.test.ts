import { expect, test } from '@jest/globals';
import { helpText, settingsDoc } from '../../src/settings/docs.ts';
import { readSettings } from '../../src/settings/read.ts';
import { envName, SETTING_NAMES, yamlName } from '../../src/settings/table.ts';

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
