import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDuration, parseSize } from '../../src/settings/kinds.ts';
import { readSettings } from '../../src/settings/read.ts';
import { SETTING_NAMES, yamlName } from '../../src/settings/table.ts';
import { table } from '../support/table.ts';

describe('durations', () => {
  test.each(
    table(`
      given   ms
      500ms   500
      5s      5000
      10m     600000
      24h     86400000
      7d      604800000
      0s      0
      5·s     5000
      5       _
      -5s     _
      1.5s    _
      5w      _
      s       _
      5S      _
    `),
  )('$given', ({ given, ms }) => {
    expect(parseDuration(given!)).toBe(ms === '' ? undefined : Number(ms));
  });
});

describe('sizes', () => {
  test.each(
    table(`
      given   bytes
      64MiB   67108864
      1GB     1000000000
      4096    4096
      1kib    1024
      2TB     2000000000000
      1·MB    1000000
      10B     10
      1.5GB   _
      -1      _
      1XB     _
      1m      _
    `),
  )('$given', ({ given, bytes }) => {
    expect(parseSize(given!)).toBe(bytes === '' ? undefined : Number(bytes));
  });
});

describe('whatever is written', () => {
  const word = fc.oneof(
    fc.constantFrom(...SETTING_NAMES.map(yamlName), '[', '{', ':', '\n', '- ', '&a', '*a', '"', '1h', '#'),
    fc.string({ maxLength: 6 }),
  );

  test('reading never throws, and refuses with at least one line', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.string(), (words, value) => {
        const file = { path: 'x.yaml', text: words.join(' ') };
        const env = { SOLVENT_REMEDIATION: value, SOLVENT_OUTCOMES: words.join('') };
        const read = readSettings({ file, env });
        if (read.kind === 'refused') expect(read.complaints.length).toBeGreaterThan(0);
        for (const line of read.kind === 'refused' ? read.complaints : []) expect(line).not.toContain('\n');
      }),
      { numRuns: 300 },
    );
  });
});
