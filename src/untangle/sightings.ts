import type { FactKind } from '../domain/fact.ts';
import { type CallKey, type Sighting, TOTAL_TELLER, type TraceMark } from '../domain/twins.ts';
import type { ModelUse, TaskClaim, Use } from '../domain/use.ts';
import { hash53 } from '../lib/hash53.ts';
import type { Belonging } from './belonging.ts';
import { reports } from './layers.ts';
import { familyOf } from './models.ts';
import type { Trace } from './trace.ts';

const SEEDS = { inference: 1, embedding: 2, rerank: 3, total: 4, alike: 5, session: 6, dialect: 7 } as const;

/** Dialects of gateways, whose callers tell the same calls in traces and services of their own. */
const GATEWAYS: ReadonlySet<string> = new Set(['litellm']);

/** What other traces may show too: every model call that is used, and every running total, charged or not. */
export function sightingsOf(
  trace: Trace,
  belonging: Belonging,
  found: {
    readonly uses: readonly Use[];
    readonly claims: readonly TaskClaim[];
    readonly kinds: ReadonlySet<FactKind>;
  },
): Sighting[] {
  const marks = marksOf(trace, found.claims, found.kinds);
  const sightings: Sighting[] = [];
  for (const use of found.uses) {
    if (!isSighted(use)) continue;
    const { fact, usage, kind } = use;
    const { spanId, responseId, start, end, provider, model, flags, dialect, context } = fact;
    const { service = '' } = context;
    const gateway = GATEWAYS.has(dialect);
    const mark = marks(use.taskId);
    const scope = use.session ?? (mark.tagged ? `task ${use.taskId}` : undefined);
    const session = scope === undefined ? 0 : hash53(scope, SEEDS.session);
    const key = keyOfCall(use, session);
    const call = { spanId, kind, mark, key, responseId, start, end, usage, provider, model, flags };
    sightings.push({ ...call, service, gateway });
  }
  if (found.kinds.has('agent') || found.kinds.has('workflow')) addTotals(sightings, trace, belonging, marks);
  return sightings;
}

/** A residual is no call that was seen, and a running total is sighted as such. */
const isSighted = (use: Use): use is ModelUse =>
  'usage' in use && use.doubts === undefined && use.fact.covers !== 'life';

type Marks = (taskId: string) => TraceMark;

/** One mark for each task of the trace; almost always there is one. */
function marksOf({ facts }: Trace, claims: readonly TaskClaim[], kinds: ReadonlySet<FactKind>): Marks {
  const { traceId } = facts[0]!;
  const working = kinds.has('agent') || kinds.has('workflow') || kinds.has('tool');
  let startedAt = claims[0]?.startedAt ?? 0n;
  for (const claim of claims) if (claim.startedAt < startedAt) startedAt = claim.startedAt;
  const started = startedAt.toString();
  const marks = claims.map(
    ({ taskId, tagged }): TraceMark => ({ traceId, taskId, tagged, working, startedAt: started }),
  );
  const unclaimed = (taskId: string): TraceMark => ({
    traceId,
    taskId,
    tagged: true,
    working,
    startedAt: started,
  });
  return (taskId) => marks.find((mark) => mark.taskId === taskId) ?? unclaimed(taskId);
}

function keyOfCall({ kind, fact, usage }: ModelUse, session: number): CallKey {
  const { responseId, dialect, start, end } = fact;
  return {
    same: responseId === undefined ? 0 : hash53(responseId, SEEDS[kind]),
    alike: reports(usage) && fact.model !== undefined ? hash53(alikeText(kind, fact, usage), SEEDS.alike) : 0,
    teller: (hash53(dialect, SEEDS.dialect) % 0x3fff_ffff) * 2 + (responseId === undefined ? 0 : 1),
    session,
    fromMs: Number(start / 1_000_000n),
    toMs: Number(end / 1_000_000n) + 1,
  };
}

const alikeText = (
  kind: ModelUse['kind'],
  { model = '' }: ModelUse['fact'],
  usage: NonNullable<ModelUse['usage']>,
): string => `${kind} ${usage.input} ${usage.output} ${familyOf(model)}`;

/**
 * Running totals. The one before is looked for in the same session: by service, dialect and the agent's name, since
 * no emitter of running totals says which agent object it was. Without a session only in the trace itself.
 */
function addTotals(
  sightings: Sighting[],
  { facts }: Trace,
  { sessions, taskIds }: Belonging,
  marks: Marks,
): void {
  for (let node = 0; node < facts.length; node += 1) {
    const fact = facts[node]!;
    if (fact.covers !== 'life' || !reports(fact.usage)) continue;
    const { spanId, responseId, start, end, usage, provider, model, flags, context, identity, dialect } =
      fact;
    const session = sessions?.[node];
    const owner = [session ?? fact.traceId, context.service ?? '', dialect, identity?.agentName ?? ''];
    const key: CallKey = {
      same: hash53(JSON.stringify(owner), SEEDS.total),
      alike: 0,
      teller: TOTAL_TELLER,
      session: session === undefined ? 0 : hash53(session, SEEDS.session),
      fromMs: Number(start / 1_000_000n),
      toMs: Number(end / 1_000_000n) + 1,
    };
    const mark = marks(taskIds[node]!);
    sightings.push({
      spanId,
      kind: 'total',
      mark,
      key,
      responseId,
      start,
      end,
      usage,
      provider,
      model,
      flags,
      service: context.service ?? '',
      gateway: false,
    });
  }
}
