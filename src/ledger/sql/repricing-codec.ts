import type { Repricing } from '../../domain/repricing.ts';

/** JSON with bigints as decimal texts; an open end of the scope comes back as undefined. */
export const repricingText = (repricing: Repricing): string =>
  JSON.stringify(repricing, (_, value) => (typeof value === 'bigint' ? value.toString() : value));

export function repricingOf(text: string): Repricing {
  const { scope, rows, ...rest } = JSON.parse(text);
  return {
    ...rest,
    scope: {
      from: scope.from === undefined ? undefined : BigInt(scope.from),
      to: scope.to === undefined ? undefined : BigInt(scope.to),
      model: scope.model,
      only: scope.only,
    },
    rows: rows.map((row: { before: string; after: string }) => ({
      ...row,
      before: BigInt(row.before),
      after: BigInt(row.after),
    })),
  };
}
