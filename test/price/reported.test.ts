import { describe, expect, test } from '@jest/globals';
import type { Charge } from '../../src/domain/charge.ts';
import { formatUsd } from '../../src/domain/money.ts';
import { openPolicy, type ReportedCosts, type ReportedMode } from '../../src/domain/policy.ts';
import { NO_USAGE } from '../../src/domain/usage.ts';
import { openPriceBook } from '../../src/price/book.ts';
import { readUserFile } from '../../src/price/user-file.ts';
import { fact } from '../support/facts.ts';
import { table } from '../support/table.ts';
import { snapshot } from './uses.ts';

const read = readUserFile(
  'prices.yaml',
  'version: 1\nprices: [{match: {exact: [m]}, usd: {input: "1", output: "10"}}]',
  'hash',
);
if (read.kind === 'refused') throw new Error(read.complaints.join());
const userTable = read.table;

function priced(
  said: {
    readonly provider?: string;
    readonly model?: string;
    readonly reported: string;
    readonly input?: number;
  },
  reportedCosts?: ReportedCosts,
): readonly Charge[] {
  const policy = openPolicy({
    defaultMode: 'root',
    modes: {},
    remediation: [],
    hourly: undefined,
    taskQuietMs: 0,
    orphanRootMs: 0,
    openTaskMaxMs: 0,
    ...(reportedCosts !== undefined && { reportedCosts }),
  });
  const book = openPriceBook({ snapshot, overlay: undefined, userTable, policy });
  const { provider = 'acme', model = 'm', reported, input = 1000 } = said;
  const usage = { ...NO_USAGE, input };
  const call = fact({
    spanId: 'a',
    kind: 'inference',
    dialect: 'openllmetry',
    provider,
    model,
    usage,
    reportedUsd: reported,
  });
  return book.price({
    traceId: call.traceId,
    uses: [{ kind: 'inference', fact: call, taskId: 't', usage, units: [] }],
    claims: [],
    repeats: 0,
  });
}

/** class=amount, what stands beside, flags */
const told = (charges: readonly Charge[]): string =>
  charges
    .map(({ class: name, amount, beside, flags }) =>
      [
        `${name}=${amount === null ? '?' : formatUsd(amount)}`,
        beside &&
          `${formatUsd(beside.reported)}/${beside.computed === null ? '?' : formatUsd(beside.computed)}`,
        ...flags,
      ]
        .filter((part) => part !== undefined)
        .join(','),
    )
    .join(' ');

describe('a cost that the emitter reports', () => {
  test.each(
    table(`
    provider     model  input  reported  mode       lines
    acme         m      1000   0.002     _          input=0.001,0.002/0.001
    acme         m      1000   0.002     computed   input=0.001,0.002/0.001
    acme         m      1000   0.002     reported   usd=0.002,0.002/0.001,reported_cost
    acme         m      1000   0.002     fallback   input=0.001,0.002/0.001
    acme         ?      1000   0.002     _          tokens=?,0.002/?
    acme         ?      1000   0.002     fallback   usd=0.002,0.002/?,reported_cost
    acme         ?      1000   0         fallback   tokens=?,0/?,reported_zero
    acme         m      1000   0         reported   input=0.001,0/0.001,reported_zero
    acme         m      0      0.5       reported   usd=0.5,0.5/0,reported_cost
    openrouter   m      1000   0.002     _          usd=0.002,0.002/0.001,reported_cost
    OpenRouter   m      1000   0.002     _          usd=0.002,0.002/0.001,reported_cost
    acme         m      1000   nonsense  reported   input=0.001
    `),
  )(
    '$provider $model reports $reported for $input tokens: $mode',
    ({ provider, model, input, reported, mode, lines }) => {
      const given =
        mode === undefined
          ? undefined
          : { defaultMode: mode as ReportedMode, sources: new Map<string, ReportedMode>() };
      const charges = priced(
        { provider: provider!, model: model!, input: Number(input), reported: reported! },
        given,
      );
      expect(told(charges)).toBe(lines);
    },
  );

  test('counts by who reports it: the provider before the dialect, in any case, by glob', () => {
    const by = (...sources: readonly (readonly [string, ReportedMode])[]) =>
      told(priced({ reported: '0.002' }, { defaultMode: 'computed', sources: new Map(sources) })).split(
        '=',
      )[0];
    expect(by(['acme', 'reported'])).toBe('usd');
    expect(by(['AC*', 'reported'])).toBe('usd');
    expect(by(['openllmetry', 'reported'])).toBe('usd');
    expect(by(['openllmetry', 'reported'], ['acme', 'computed'])).toBe('input');
    expect(by(['other', 'reported'])).toBe('input');
    const gateway = { provider: 'openrouter', reported: '0.002' };
    const sources = new Map([['openrouter', 'computed' as const]]);
    expect(told(priced(gateway, { defaultMode: 'computed', sources })).split('=')[0]).toBe('input');
  });
});
