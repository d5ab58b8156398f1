import type { Context, Fact, FactKind } from '../../src/domain/fact.ts';
import { NO_USAGE, type Usage } from '../../src/domain/usage.ts';
import type { Untangled, Use } from '../../src/domain/use.ts';

/** What a span says beyond the defaults: an ended span of one service, one second long, without any meaning. */
export type Sayings = Partial<Omit<Fact, 'spanId' | 'parentId'>>;

export const NO_CONTEXT: Context = {};

/** `fact('b', 'a', { kind: 'tool' })`: span b below span a; an empty parent is a root. */
export function fact(spanId: string, parentId = '', sayings: Sayings = {}): Fact {
  return {
    traceId: 'trace',
    spanId,
    parentId,
    remoteParent: false,
    start: 1_000n,
    end: 2_000n,
    error: false,
    receivedAt: 1,
    kind: 'edge',
    context: NO_CONTEXT,
    dialect: '',
    ...sayings,
  };
}

export const usage = (input: number, output = 0, detail: Partial<Usage> = {}): Usage => ({
  ...NO_USAGE,
  input,
  output,
  ...detail,
});

/**
 * A tree drawn by indentation: `<id> <kind> <saying>...`, where a saying is `field=value`. A span starts after
 * the one above it in the drawing. `in`, `out`, `read`, `write`, `write1h` and `thought` make usage; names that
 * are not listed below make identity.
 */
export function draw(drawing: string): Fact[] {
  const path: { readonly indent: number; readonly id: string }[] = [];
  const lines = drawing.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, row) => {
    const indent = line.search(/\S/);
    const [id = '', kind = '', ...rest] = line.trim().split(/\s+/);
    while (path.length > 0 && path.at(-1)!.indent >= indent) path.pop();
    const parentId = path.at(-1)?.id ?? '';
    path.push({ indent, id });
    return fact(id, parentId, { start: BigInt(1_000 + row), kind: kind as FactKind, ...sayingsOf(rest) });
  });
}

const COUNTS = {
  in: 'input',
  out: 'output',
  read: 'cacheRead',
  write: 'cacheWrite5m',
  write1h: 'cacheWrite1h',
  thought: 'reasoning',
} as const satisfies Record<string, keyof Usage>;

const isCount = (name: string): name is keyof typeof COUNTS => name in COUNTS;

function sayingsOf(words: readonly string[]): Sayings {
  const sayings: { -readonly [K in keyof Sayings]: Sayings[K] } = {};
  for (const word of words) {
    const [name = '', text = ''] = word.split('=');
    if (isCount(name)) sayings.usage = { ...(sayings.usage ?? NO_USAGE), [COUNTS[name]]: Number(text) };
    else if (name === 'id') sayings.responseId = text;
    else if (name === 'call') sayings.callId = text;
    else if (
      name === 'model' ||
      name === 'provider' ||
      name === 'tool' ||
      name === 'dialect' ||
      name === 'covers'
    )
      Object.assign(sayings, { [name]: text });
    else if (name === 'below') Object.assign(sayings, { parentId: text });
    else if (name === 'error') sayings.error = true;
    else if (name === 'remote') sayings.remoteParent = true;
    else if (name === 'start' || name === 'end') sayings[name] = BigInt(text);
    else if (name === 'cost') sayings.remediation = { costUsd: text };
    else if (name === 'minutes') sayings.remediation = { minutes: text };
    else if (name === 'value') sayings.valueUsd = text;
    else if (name === 'unit') sayings.units = [{ unit: text, quantity: '1' }];
    else if (name === 'tooling' || name === 'inference' || name === 'vector' || name === 'compute')
      sayings.stated = { usd: text, component: name };
    else if (name === 'outcome') sayings.outcome = outcomeOf(text);
    else sayings.identity = { ...sayings.identity, [name]: name === 'dimensions' ? text.split(',') : text };
  }
  return sayings;
}

/** `failed@5`. */
function outcomeOf(text: string): NonNullable<Fact['outcome']> {
  const [outcome, at = '0'] = text.split('@');
  return { outcome: outcome as NonNullable<Fact['outcome']>['outcome'], at: BigInt(at) };
}

/** `a:100+20`: span a is charged 100 input and 20 output; `a:?` a call without usage; `tool:t`, `vector:v`, ... */
export function told({ uses }: Pick<Untangled, 'uses'>): string {
  return uses.map(useText).sort().join(' ') || 'nothing';
}

function useText(use: Use): string {
  const { spanId } = use.fact;
  if (use.kind === 'stated') return `stated:${spanId}:${use.component}:${use.usd}`;
  if (use.kind === 'remediation') return `human:${spanId}:${use.costUsd ?? `${use.minutes}min`}`;
  if (!('usage' in use)) return `${use.kind}:${spanId}`;
  const kind = use.kind === 'inference' ? '' : `${use.kind}:`;
  return `${kind}${spanId}:${use.usage === undefined ? '?' : `${use.usage.input}+${use.usage.output}`}`;
}

/** `a:nested_call`, in the order of the tree. */
export const suppressedIn = ({ claims }: Untangled): string =>
  claims.flatMap((claim) => claim.suppressed.map(({ spanId, rule }) => `${spanId}:${rule}`)).join(' ') ||
  'nothing';
