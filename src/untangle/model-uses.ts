import { CALL_DOUBTS, type Fact, type FactFlag, type FactKind, type UnitCount } from '../domain/fact.ts';
import type { ModelUse } from '../domain/use.ts';
import type { Belonging } from './belonging.ts';
import type { Call } from './call.ts';
import { callsOf } from './calls.ts';
import type { Findings } from './findings.ts';
import { reports } from './layers.ts';
import { residualsOf } from './residuals.ts';
import { isTierSettled, servedOf } from './served-layers.ts';
import type { Trace } from './trace.ts';
import { withoutTwins } from './twins.ts';
import { wrappersOf } from './wrappers.ts';

const NO_UNITS: readonly UnitCount[] = [];

/** Every model call of the trace, once. */
export function findModelUses(
  trace: Trace,
  { taskIds, sessions }: Pick<Belonging, 'taskIds' | 'sessions'>,
  kinds: ReadonlySet<FactKind>,
  findings: Findings,
): void {
  const { standing, over } = wrappersOf(trace, findings);
  if (standing !== undefined || kinds.has('inference')) add('inference', standing);
  if (kinds.has('embedding')) add('embedding', undefined);
  if (kinds.has('rerank')) add('rerank', undefined);

  function add(kind: ModelUse['kind'], wrappers: readonly boolean[] | undefined): void {
    const calls = callsOf(trace, kind, wrappers, findings);
    if (kind === 'inference' && over.length > 0) addResiduals(calls);
    for (const call of calls) suppressLayers(call, findings);
    for (const call of withoutTwins(trace, calls, findings)) {
      findings.uses.push(
        modelUse(trace, { kind, call, taskId: taskIds[call.node]!, session: sessions?.[call.node] }),
      );
      carryStatements(trace, call, findings);
    }
  }

  function addResiduals(calls: readonly Call[]): void {
    for (const { node, fact, usage } of residualsOf(trace, over, calls, findings)) {
      const taskId = taskIds[node]!;
      findings.uses.push({ kind: 'inference', fact, taskId, usage, units: NO_UNITS, doubts: RESIDUAL });
    }
  }
}

const RESIDUAL = ['residual'] as const;

function suppressLayers({ layers, node }: Call, { suppressed }: Findings): void {
  for (const layer of layers) if (layer !== node) suppressed.push({ node: layer, rule: 'nested_call' });
}

function modelUse(
  trace: Trace,
  found: Pick<ModelUse, 'kind' | 'taskId' | 'session'> & { readonly call: Call },
): ModelUse {
  const { call, kind, taskId, session } = found;
  const fact = call.layers.length === 1 ? trace.facts[call.node]! : completed(trace, call);
  // The units of a tool or a database stand on its own use.
  const hasOwnUse = fact.kind === 'tool' || fact.kind === 'vector' || fact.kind === 'retrieval';
  const units = (hasOwnUse ? undefined : fact.units) ?? NO_UNITS;
  return { kind, fact, taskId, session, usage: call.usage, units };
}

/** The charged span, with what only another layer of the call knows. */
function completed(trace: Trace, call: Call): Fact {
  const layers = call.layers.map((node) => trace.facts[node]!);
  const charged = trace.facts[call.node]!;
  const named = charged.model === undefined ? namedLayer(layers, call) : charged;
  const provider =
    charged.provider ?? named?.provider ?? (call.several ? undefined : layers.find(hasProvider)?.provider);
  const units = charged.units ?? layers.find((layer) => layer.units !== undefined)?.units;
  const stated = charged.stated ?? layers.find(statesInference)?.stated;
  // What one wrapper over several calls says that they cost is not what each of them does.
  const reportedUsd =
    charged.reportedUsd ?? (call.several ? undefined : layers.find(reportsCost)?.reportedUsd);
  const model = named?.model;
  const responseId = charged.responseId ?? (call.several ? undefined : call.responseId);
  const served = call.several ? charged.served : servedOf(charged, layers);
  const isSettled = !call.several && isTierSettled(charged, layers);
  const flags = charged.flags?.filter(
    (flag) => !isToldOf(flag, layers) && !(isSettled && flag === 'tier_requested'),
  );
  if (model === charged.model && provider === charged.provider && flags?.length === charged.flags?.length) {
    if (units === charged.units && stated === charged.stated && served === charged.served) {
      if (reportedUsd === charged.reportedUsd && responseId === charged.responseId) return charged;
    }
  }
  return {
    ...charged,
    ...(flags !== undefined && { flags }),
    ...(model !== undefined && { model }),
    ...(provider !== undefined && { provider }),
    ...(responseId !== undefined && { responseId }),
    ...(units !== undefined && { units }),
    ...(served !== undefined && { served }),
    ...(stated !== undefined && { stated }),
    ...(reportedUsd !== undefined && { reportedUsd }),
  };
}

/** True where the charged layer is blind for something that another layer with usage sees. */
const isToldOf = (flag: FactFlag, layers: readonly Fact[]): boolean =>
  CALL_DOUBTS.includes(flag) &&
  layers.some((layer) => reports(layer.usage) && layer.flags?.includes(flag) !== true);

/** The nearest layer with a model. Of several calls that one wrapper stands for, only if all agree. */
function namedLayer(layers: readonly Fact[], { several }: Call): Fact | undefined {
  const named = layers.filter((layer) => layer.model !== undefined);
  const agree = named.every(
    ({ model, provider }) => model === named[0]?.model && provider === named[0]?.provider,
  );
  return several && !agree ? undefined : named[0];
}

const reportsCost = (fact: Fact): boolean => fact.reportedUsd !== undefined;
const hasProvider = (fact: Fact): boolean => fact.provider !== undefined;
const statesInference = (fact: Fact): boolean => fact.stated?.component === 'inference';

/** A cost stated on several layers of one call is one statement: the use carries it. */
function carryStatements(trace: Trace, { layers }: Call, { stated }: Findings): void {
  for (const layer of layers) if (statesInference(trace.facts[layer]!)) stated.add(layer);
}
