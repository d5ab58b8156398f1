import type { ChargeKind } from '../../domain/charge-line.ts';

/** Equal kinds are equal texts. */
export const kindText = (kind: ChargeKind): string =>
  JSON.stringify([
    kind.component,
    kind.provider,
    kind.model,
    kind.resource,
    kind.class,
    kind.rate?.toString() ?? null,
    kind.priceId,
    kind.tableHash,
    kind.flags,
    kind.reason,
    ...(kind.served === undefined ? [] : [kind.served]),
  ]);

export function kindOf(text: string): ChargeKind {
  const [component, provider, model, resource, unit, rate, priceId, tableHash, flags, reason, served] =
    JSON.parse(text);
  return {
    component,
    provider,
    model,
    resource,
    class: unit,
    rate: rate === null ? null : (BigInt(rate) as ChargeKind['rate']),
    priceId,
    tableHash,
    flags,
    reason,
    ...(served !== undefined && { served }),
  };
}
