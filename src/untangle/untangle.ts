import type { Fact, FactKind } from '../domain/fact.ts';
import type { Sighted } from '../domain/use.ts';
import { assert } from '../lib/assert.ts';
import { findActions } from './actions.ts';
import { belongingOf } from './belonging.ts';
import { claimsOf } from './claims.ts';
import { noFindings } from './findings.ts';
import { findModelUses } from './model-uses.ts';
import { findQueries } from './queries.ts';
import { sightingsOf } from './sightings.ts';
import { findRemediation, findStatedCosts } from './statements.ts';
import { growTrace } from './trace.ts';

/**
 * What a trace really did: each call, action, query and statement once, with the task that it belongs to.
 *
 * @param facts all facts of one trace, at least one; in any order, repeated or not: the answer is the same
 */
export function untangle(facts: readonly Fact[]): Sighted {
  const [first] = facts;
  assert(first !== undefined, 'a trace has at least one span');
  const trace = growTrace(facts); //                          facts -> a tree, each span once
  const belonging = belongingOf(trace); //                    whose is each span
  const { taskIds } = belonging;
  const kinds = kindsOf(trace.facts);
  const findings = noFindings();
  findModelUses(trace, belonging, kinds, findings); //        tokens
  if (kinds.has('tool')) findActions(trace, taskIds, findings); //  actions
  if (kinds.has('vector') || kinds.has('retrieval')) findQueries(trace, taskIds, findings);
  findStatedCosts(trace, taskIds, findings); //               what only the agent knows
  findRemediation(trace, taskIds, findings); //               what humans cost
  const { uses } = findings;
  const claims = claimsOf(trace, belonging, findings);
  return {
    traceId: first.traceId,
    uses,
    claims,
    sightings: sightingsOf(trace, belonging, { uses, claims, kinds }),
    repeats: facts.length - trace.facts.length,
  };
}

/** Most rules have nothing to do in most traces. */
function kindsOf(facts: readonly Fact[]): ReadonlySet<FactKind> {
  const kinds = new Set<FactKind>();
  for (const fact of facts) kinds.add(fact.kind);
  return kinds;
}
