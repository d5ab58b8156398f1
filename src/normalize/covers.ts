import type { Covers, FactKind } from '../domain/fact.ts';

/**
 * Emitters of which it is known what the usage on their wrappers (agents, chains, crews) is the sum of, by the
 * beginning of their scope name; read in their sources or seen in recordings, November 2026. Of all others a wrapper
 * that says more than its calls is only counted as a doubt (`wrapper_tokens_unattributed`).
 */
const SCOPES: readonly { readonly scope: string; readonly covers: Covers }[] = [
  // Summed up anew for each run. The AI SDK names its tracers `ai`, and from version 7 on `gen_ai`.
  { scope: 'ai', covers: 'run' },
  { scope: 'gen_ai', covers: 'run' },
  { scope: 'agent_framework', covers: 'run' },
  { scope: 'Microsoft.Agents.AI', covers: 'run' },
  { scope: 'Experimental.Microsoft.Agents.AI', covers: 'run' },
  { scope: 'pydantic-ai', covers: 'run' },
  // Counters of the agent object, which are never set back: a second run shows the first one again.
  { scope: 'opentelemetry.instrumentation.crewai', covers: 'life' },
  { scope: 'strands.', covers: 'life' },
  { scope: 'openinference.instrumentation.smolagents', covers: 'life' },
];
/** Names that are taken whole: as a beginning they would fit other emitters. */
const WHOLE: ReadonlySet<string> = new Set(['ai', 'gen_ai']);

/** Tells what the usage of a wrapper covers; spans of one scope come in a row, so the last answer is kept. */
export class Coverage {
  #scope = '';
  #last: Covers | undefined;

  /** Undefined for what is no wrapper, and where nobody knows. */
  of(scope: string, kind: FactKind): Covers | undefined {
    if (kind !== 'agent' && kind !== 'workflow') return undefined;
    if (scope !== this.#scope) {
      this.#scope = scope;
      this.#last = coversOf(scope);
    }
    return this.#last;
  }
}

const coversOf = (scope: string): Covers | undefined =>
  SCOPES.find((row) => (WHOLE.has(row.scope) ? scope === row.scope : scope.startsWith(row.scope)))?.covers;
