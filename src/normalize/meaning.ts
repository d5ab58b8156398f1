import type { Meaning } from '../domain/fact.ts';

/** A meaning before it is known which of its fields are set. */
type Given = { readonly [Field in keyof Meaning]?: Meaning[Field] | undefined } & Pick<
  Meaning,
  'kind' | 'context'
>;

/** Writes every field, unset ones as undefined, so that all meanings have one shape in memory. */
export function meaningOf(given: Given): Meaning {
  return {
    kind: given.kind,
    context: given.context,
    identity: given.identity,
    dialect: given.dialect ?? '',
    usage: given.usage,
    covers: given.covers,
    provider: given.provider,
    model: given.model,
    responseId: given.responseId,
    served: given.served,
    tool: given.tool,
    callId: given.callId,
    units: given.units,
    stated: given.stated,
    reportedUsd: given.reportedUsd,
    outcome: given.outcome,
    valueUsd: given.valueUsd,
    remediation: given.remediation,
    flags: given.flags,
    error: given.error,
  } as Meaning;
}
