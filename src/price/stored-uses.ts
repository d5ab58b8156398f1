import type { Charge } from '../domain/charge.ts';
import { FACT_FLAGS, type Fact, type FactFlag, type UnitCount } from '../domain/fact.ts';
import { formatUsd, type MicroUnits } from '../domain/money.ts';
import { NO_USAGE, type Usage } from '../domain/usage.ts';
import { USE_DOUBTS, type Use, type UseDoubt } from '../domain/use.ts';
import { formatDecimal } from '../lib/decimal.ts';

/**
 * What the lines of one span say that it did, where its facts are gone: quantities are in the lines, and no more than
 * these are needed for a price. Undefined where the lines do not tell it: a call that had no price keeps only how many
 * tokens it had in all, an amount that somebody told has no quantity, and tokens of sound are parts of others.
 *
 * @param charges of one span, remediation aside
 */
export function usesOfLines(charges: readonly Charge[]): readonly Use[] | undefined {
  const lines = charges.filter((line) => !isAdjustment(line));
  if (lines.length === 0 || lines.some(({ class: name }) => UNTOLD.has(name) || isTokenPart(name)))
    return undefined;
  const model = lines.filter(({ component }) => component === 'inference');
  const action = lines.filter(({ component }) => component !== 'inference');
  return [
    ...(model.length === 0 ? [] : [modelUse(model)]),
    ...(action.length === 0 ? [] : [actionUse(action)]),
  ];
}

/** A discount, markup or rate of exchange: it is worked out anew of what it is of. */
export const isAdjustment = ({ flags }: Pick<Charge, 'flags'>): boolean => flags.includes('adjustment');

/** Tokens of sound and the like: only where the table has a rate for them are they lines of their own. */
export const isTokenPart = (name: string): boolean =>
  /^(?:input|output|cache)_/.test(name) && !(name in ADDS);

const UNTOLD: ReadonlySet<string> = new Set(['tokens', 'usd', 'minute']);

function modelUse(lines: readonly Charge[]): Use {
  const usage = { ...NO_USAGE } as { -readonly [K in keyof Usage]: number };
  const units: UnitCount[] = [];
  let told = false;
  for (const { class: name, quantity } of lines) {
    const count = Number(quantity / 1_000_000n);
    const add = ADDS[name];
    if (add === undefined) {
      if (name !== 'request') units.push({ unit: name, quantity: formatDecimal(quantity, 6) });
      continue;
    }
    told = true;
    add(usage, count);
  }
  const [first] = lines as readonly [Charge];
  const doubts = first.flags.filter((flag): flag is UseDoubt => DOUBTS.has(flag));
  return {
    kind: 'inference',
    fact: factOf(first),
    taskId: first.taskId,
    usage: told ? usage : undefined,
    units,
    ...(doubts.length > 0 && { doubts }),
  };
}

const DOUBTS: ReadonlySet<string> = new Set(USE_DOUBTS);

type Adds = (usage: { -readonly [K in keyof Usage]: number }, count: number) => void;

/** The lines are disjoint, a usage is of inclusive totals. */
const ADDS: Readonly<Record<string, Adds | undefined>> = {
  input: (usage, count) => {
    usage.input += count;
  },
  cache_read: (usage, count) => {
    usage.input += count;
    usage.cacheRead += count;
  },
  cache_write_5m: (usage, count) => {
    usage.input += count;
    usage.cacheWrite5m += count;
  },
  cache_write_1h: (usage, count) => {
    usage.input += count;
    usage.cacheWrite1h += count;
  },
  output: (usage, count) => {
    usage.output += count;
  },
  reasoning: (usage, count) => {
    usage.output += count;
    usage.reasoning += count;
  },
};

function actionUse(lines: readonly Charge[]): Use {
  const isVector = lines.some(({ component, class: name }) => component === 'vector' || name === 'query');
  return {
    kind: isVector ? 'vector' : 'tool',
    fact: factOf(lines[0]!),
    taskId: lines[0]!.taskId,
    units: lines
      .filter(({ class: name }) => name !== 'call' && name !== 'query')
      .map(({ class: unit, quantity }) => ({ unit, quantity: formatDecimal(quantity as MicroUnits, 6) })),
  };
}

const SPAN_FLAGS: ReadonlySet<string> = new Set(FACT_FLAGS);

function factOf(line: Charge): Fact {
  const flags = line.flags.filter((flag): flag is FactFlag => SPAN_FLAGS.has(flag));
  return {
    kind: line.component === 'inference' ? 'inference' : 'tool',
    context: {},
    dialect: '',
    traceId: line.traceId,
    spanId: line.spanId,
    parentId: '',
    remoteParent: false,
    start: line.at,
    end: line.at,
    error: false,
    receivedAt: 0,
    ...(line.provider !== '' && { provider: line.provider }),
    ...(line.model !== '' && { model: line.model }),
    ...(line.resource !== '' && { tool: line.resource }),
    ...(flags.length > 0 && { flags }),
    ...(line.served !== undefined && { served: line.served }),
    ...(line.beside !== undefined && { reportedUsd: formatUsd(line.beside.reported) }),
  };
}
