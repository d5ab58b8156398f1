import type { Context, Meaning } from '../domain/fact.ts';
import type { ResourceView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { firstUsd } from './amounts.ts';
import { type Doubts, firstText } from './first.ts';
import { FLAG, type FlagBits, flagList } from './flags.ts';
import type { ReadIdentity } from './identity.ts';
import { meaningOf } from './meaning.ts';
import type { Naming } from './naming.ts';
import type { Topics } from './topics.ts';

/** What all spans of one resource share, made once. */
export interface Shared {
  readonly context: Context;
  /** The doubts about the resource's own texts. */
  readonly flags: FlagBits;
  /** The one meaning of its plain edges, and of those whose clock is wrong. */
  readonly edge: Meaning;
  readonly skewedEdge: Meaning;
}

/**
 * Spans of one resource come in a row, and each resource is an object of its own: the last one is all that has
 * to be remembered. It is held until the next one comes, which is less than the decoder holds.
 */
export function openContexts(parts: {
  readonly readIdentity: ReadIdentity;
  readonly naming: Pick<Naming, 'value'>;
  readonly key: (name: string) => KeyId;
  readonly topics: Topics;
}) {
  const { readIdentity, key, topics } = parts;
  const value = parts.naming.value.map(key);
  const service = [key('service.name')];
  const agentName = [key('gen_ai.agent.name')];
  let last: { readonly resource: ResourceView; readonly shared: Shared } | undefined;

  function read(resource: ResourceView): Shared {
    const doubts: Doubts = { flags: 0 };
    const name = firstText(resource, service, doubts);
    const identity = readIdentity(
      resource,
      topics.of(resource),
      firstText(resource, agentName, doubts),
      doubts,
    );
    const valueUsd = firstUsd(resource, value, doubts);
    const context = Object.freeze({
      ...identity,
      ...(name !== undefined && { service: name }),
      ...(valueUsd !== undefined && { valueUsd }),
    });
    const edge = (flags: FlagBits) =>
      Object.freeze(meaningOf({ kind: 'edge', context, flags: flagList(flags) }));
    return { context, flags: doubts.flags, edge: edge(0), skewedEdge: edge(FLAG.clock_skewed) };
  }

  return (resource: ResourceView): Shared => {
    if (last?.resource !== resource) last = { resource, shared: read(resource) };
    return last.shared;
  };
}
