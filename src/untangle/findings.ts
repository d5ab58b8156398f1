import type { SuppressionRule, Use } from '../domain/use.ts';

/** What the rules find in a trace, one after the other. Nodes are those of `trace.ts`. */
export interface Findings {
  readonly uses: Use[];
  /** Nodes whose usage, action or query was not counted. */
  readonly suppressed: { readonly node: number; readonly rule: SuppressionRule }[];
  /** Tokens that a wrapper reports beyond all that is charged below it, where nobody knows what they are. */
  readonly unattributed: { readonly node: number; readonly input: number; readonly output: number }[];
  /** Nodes whose stated cost stands on a use of the same component already. */
  readonly stated: Set<number>;
}

export const noFindings = (): Findings => ({ uses: [], suppressed: [], unattributed: [], stated: new Set() });
