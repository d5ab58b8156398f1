import type { Kind } from './kinds.ts';

/** One setting. Its names are derived: `webPort`, `SOLVENT_WEB_PORT`, `web_port`. */
export interface Row<T> {
  readonly kind: Kind<T>;
  /** As it would be written in the file; undefined leaves the setting unset. */
  readonly default: string | undefined;
  /** One sentence for the operator. */
  readonly help: string;
  /** Heading in the documentation. */
  readonly group: Group;
  /** The value is never printed. */
  readonly secret?: true;
}

export type Group =
  | 'Addresses'
  | 'Storage'
  | 'Money'
  | 'Outcomes'
  | 'Attributes'
  | 'Timing'
  | 'Limits'
  | 'Log';

export const row = <T>(
  group: Group,
  kind: Kind<T>,
  fallback: string | undefined,
  help: string,
  more: { secret?: true } = {},
): Row<T> => ({ kind, default: fallback, help, group, ...more });
