import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TOKENS_MAX } from '../../src/domain/usage.ts';
import { ABSENT } from '../../src/normalize/first.ts';
import { type Emitter, type RawCounts, resolveStyle, type Style } from '../../src/normalize/style.ts';
import { table } from '../support/table.ts';

const NOBODY: Emitter = { style: undefined, vendorInclusive: false, hidesThoughts: false };
const raw = (counts: Partial<RawCounts>): RawCounts => ({
  input: ABSENT,
  output: ABSENT,
  cacheRead: ABSENT,
  cacheWrite: ABSENT,
  cacheWrite5m: ABSENT,
  cacheWrite1h: ABSENT,
  reasoning: ABSENT,
  total: ABSENT,
  ...counts,
});
const count = (cell: string | undefined) => (cell === '' || cell === undefined ? ABSENT : Number(cell));

describe('does input hold the cached tokens, and output its reasoning', () => {
  const cases = table(`
    why                              known      vendor   input  read  write  output  reason  total | in    out  thought doubt
    nothing·cached,·nothing·assumed  _          _        100    _     _      10      _       _     | 100   10   0       _
    zeros·are·nothing·cached         _          _        100    0     0      10      _       _     | 100   10   0       _
    more·cached·than·input           _          _        100    400   50     10      _       _     | 550   10   0       _
    the·same·in·an·inclusive·scope   inclusive  _        100    400   50     10      _       _     | 550   10   0       _
    only·cached·tokens               _          _        _      400   _      _       _       _     | 400   0    0       _
    scope·says·inclusive             inclusive  _        500    400   50     10      _       960   | 500   10   0       _
    scope·says·exclusive             exclusive  _        500    400   50     10      _       510   | 950   10   0       _
    total·holds·them·beside·input    _          _        500    400   50     10      _       960   | 950   10   0       _
    total·is·input·and·output        _          _        500    400   50     10      _       510   | 500   10   0       _
    total·beats·the·vendor           _          openai   500    400   50     10      _       960   | 950   10   0       _
    vendor·counts·inclusively        _          openai   500    400   50     10      _       _     | 500   10   0       _
    total·fits·nothing               _          _        500    400   50     10      _       700   | 500   10   0       assumed
    no·evidence                      _          _        500    400   50     10      _       _     | 500   10   0       assumed
    reasoning·inside·output          _          _        100    _     _      50      20      _     | 100   50   20      _
    all·output·is·reasoning          _          _        100    _     _      20      20      _     | 100   20   20      _
    more·reasoning·than·output       _          _        100    _     _      10      20      _     | 100   30   20      _
    total·holds·both                 _          _        100    _     _      50      20      170   | 100   70   20      _
    total·holds·output·only          _          _        100    _     _      50      20      150   | 100   50   20      _
    exclusive·and·reasoning·beside   _          _        500    400   50     50      20      1020  | 950   70   20      _
    inclusive·and·reasoning·beside   _          _        500    400   50     50      20      570   | 500   70   20      _
    surplus·may·be·either            _          _        500    20    _      50      20      570   | 500   70   20      assumed
    google·hides·thoughts·in·total   _          google   800    _     _      120     _       1250  | 800   450  330     _
    google·says·its·thoughts         _          google   800    _     _      120     330     1250  | 800   450  330     _
    google·without·thoughts          _          google   800    _     _      120     _       920   | 800   120  0       _
    others·hide·nothing              _          openai   800    _     _      120     _       1250  | 800   120  0       _
    thoughts·beside·output           thoughts_outside _   100    20    _      30      10      _     | 100   40   10      _
    thoughts·only·in·the·total       thoughts_outside _   100    _     _      30      _       150   | 100   50   20      _
    a·total·that·leaves·no·room      thoughts_outside _   100    _     _      30      10      130   | 100   30   10      _
    a·total·less·than·its·parts      thoughts_outside _   100    _     _      30      _       90    | 100   30   0       _
    more·cached·than·such·input      thoughts_outside _   100    120   _      30      10      _     | 220   40   10      _
    disjoint                         disjoint   _        100    400   50     30      20      600   | 550   50   20      _
  `);
  test.each(cases)('$why', (row) => {
    const emitter: Emitter = {
      style: row.known === '' ? undefined : (row.known as Style),
      vendorInclusive: row.vendor !== '',
      hidesThoughts: row.vendor === 'google',
    };
    const counts = raw({
      input: count(row.input),
      output: count(row.output),
      cacheRead: count(row.read),
      cacheWrite: count(row.write),
      reasoning: count(row.reason),
      total: count(row.total),
    });
    const { usage, assumed, clamped } = resolveStyle(counts, emitter);
    expect([usage.input, usage.output, usage.reasoning]).toEqual([row.in, row.out, row.thought].map(Number));
    expect(assumed).toBe(row.doubt === 'assumed');
    expect(clamped).toBe(false);
  });
});

describe('cache writes by their time to live', () => {
  const cases = table(`
    why                            write  5m   1h   | 5 hour  cut
    no·split:·five·minutes         100    _    _    | 100 0   no
    both·parts                     100    60   40   | 60  40  no
    the·rest·lives·five·minutes    100    _    40   | 60  40  no
    only·the·split·is·given        _      60   40   | 60  40  no
    a·part·larger·than·the·whole   100    _    140  | 0   100 yes
    parts·larger·than·the·whole    100    80   40   | 60  40  yes
  `);
  test.each(cases)('$why', (row) => {
    const counts = raw({
      input: 1000,
      cacheWrite: count(row.write),
      cacheWrite5m: count(row['5m']),
      cacheWrite1h: count(row['1h']),
    });
    const { usage, clamped } = resolveStyle(counts, NOBODY);
    expect([usage.cacheWrite5m, usage.cacheWrite1h]).toEqual([Number(row['5']), Number(row.hour)]);
    expect(clamped).toBe(row.cut === 'yes');
    expect(usage.input).toBe(1000);
  });
});

const tokens = fc.oneof(fc.constant(ABSENT), fc.nat(2000), fc.integer({ min: 0, max: TOKENS_MAX }));
const anyRaw: fc.Arbitrary<RawCounts> = fc.record({
  input: tokens,
  output: tokens,
  cacheRead: tokens,
  cacheWrite: tokens,
  cacheWrite5m: tokens,
  cacheWrite1h: tokens,
  reasoning: tokens,
  total: tokens,
});
const anyEmitter: fc.Arbitrary<Emitter> = fc.record({
  style: fc.constantFrom(undefined, 'inclusive', 'exclusive', 'disjoint', 'thoughts_outside'),
  vendorInclusive: fc.boolean(),
  hidesThoughts: fc.boolean(),
});

test('whatever the counts are, totals hold their detail', () => {
  fc.assert(
    fc.property(anyRaw, anyEmitter, (counts, emitter) => {
      const { usage } = resolveStyle(counts, emitter);
      expect(usage.input).toBeGreaterThanOrEqual(usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h);
      expect(usage.output).toBeGreaterThanOrEqual(usage.reasoning);
      for (const value of Object.values(usage)) expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('the detail that was reported is never changed', () => {
  fc.assert(
    fc.property(anyRaw, anyEmitter, (counts, emitter) => {
      const { usage } = resolveStyle(counts, emitter);
      if (counts.cacheRead !== ABSENT) expect(usage.cacheRead).toBe(counts.cacheRead);
      if (counts.cacheWrite !== ABSENT)
        expect(usage.cacheWrite5m + usage.cacheWrite1h).toBe(counts.cacheWrite);
      if (counts.reasoning !== ABSENT) expect(usage.reasoning).toBe(counts.reasoning);
    }),
  );
});

const part = fc.integer({ min: 1, max: 10_000 });
const call = fc.record({ fresh: part, read: part, write: part, said: part, thought: part });

describe('one usage in every style is one usage', () => {
  const forms = (one: { fresh: number; read: number; write: number; said: number; thought: number }) => {
    const detail = { cacheRead: one.read, cacheWrite: one.write, reasoning: one.thought };
    const cached = one.read + one.write;
    const total = one.fresh + cached + one.said + one.thought;
    return {
      total,
      inclusive: raw({ ...detail, input: one.fresh + cached, output: one.said + one.thought }),
      exclusive: raw({ ...detail, input: one.fresh, output: one.said + one.thought }),
      disjoint: raw({ ...detail, input: one.fresh, output: one.said }),
      hidden: raw({ ...detail, input: one.fresh + cached, output: one.said }),
    };
  };

  test('where the emitter is known', () => {
    fc.assert(
      fc.property(call, (one) => {
        const { inclusive, exclusive, disjoint, hidden } = forms(one);
        const known = (style: Style) => ({ ...NOBODY, style });
        const expected = resolveStyle(inclusive, known('inclusive')).usage;
        expect(resolveStyle(exclusive, known('exclusive')).usage).toEqual(expected);
        expect(resolveStyle(disjoint, known('disjoint')).usage).toEqual(expected);
        expect(resolveStyle(hidden, known('thoughts_outside')).usage).toEqual(expected);
      }),
    );
  });

  test("where only the provider's total tells", () => {
    fc.assert(
      fc.property(call, (one) => {
        fc.pre(one.thought !== one.read + one.write);
        const { total, inclusive, exclusive, disjoint, hidden } = forms(one);
        const usages = [inclusive, exclusive, disjoint, hidden].map((form) =>
          resolveStyle({ ...form, total }, NOBODY),
        );
        for (const { usage, assumed } of usages) {
          expect(usage).toEqual(usages[0]!.usage);
          expect(assumed).toBe(false);
        }
      }),
    );
  });
});
