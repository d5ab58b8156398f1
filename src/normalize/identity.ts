import type { Identity } from '../domain/fact.ts';
import type { AttributeView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { type Doubts, firstText, hasAny } from './first.ts';
import { DIALECT_SESSIONS, type Naming } from './naming.ts';

/** Reads who a span, or a resource, says it belongs to; undefined where it says nothing. */
export type ReadIdentity = (
  view: AttributeView,
  agentName: string | undefined,
  doubts: Doubts,
) => Identity | undefined;

export function openIdentity(naming: Naming, key: (name: string) => KeyId): ReadIdentity {
  const session = naming.session.map(key);
  const dialectSession = DIALECT_SESSIONS.map(key);
  const task = naming.task.map(key);
  const agentType = naming.agentType.map(key);
  const taskType = naming.taskType.map(key);
  const promptVersion = naming.promptVersion.map(key);
  const readDimensions = openDimensions(naming, key);
  const dimensions = naming.dimensions.flatMap(({ from }) => from.map(key));
  const all = [session, dialectSession, task, agentType, taskType, promptVersion, dimensions].flat();
  return (view, agentName, doubts) => {
    // Most spans of a trace say nothing of themselves: they are told by one loop.
    if (agentName === undefined && !hasAny(view, all)) return undefined;
    const said = {
      session: firstText(view, session, doubts),
      dialectSession: firstText(view, dialectSession, doubts),
      task: firstText(view, task, doubts),
      agentType: firstText(view, agentType, doubts),
      agentName,
      taskType: firstText(view, taskType, doubts),
      promptVersion: firstText(view, promptVersion, doubts),
      dimensions: readDimensions(view, doubts),
    };
    // Every field is written, unset ones as undefined, so that all identities have one shape in memory.
    return isSilent(said) ? undefined : (said as Identity);
  };
}

const isSilent = (said: { readonly [Field in keyof Identity]: Identity[Field] | undefined }) =>
  said.session === undefined &&
  said.dialectSession === undefined &&
  said.task === undefined &&
  said.agentType === undefined &&
  said.agentName === undefined &&
  said.taskType === undefined &&
  said.promptVersion === undefined &&
  said.dimensions === undefined;

/** The values by position; undefined where none of them is set. */
function openDimensions(naming: Naming, key: (name: string) => KeyId) {
  const sources = naming.dimensions.map(({ from }) => from.map(key));
  return (view: AttributeView, doubts: Doubts): readonly string[] | undefined => {
    let values: string[] | undefined;
    for (let index = 0; index < sources.length; index += 1) {
      const text = firstText(view, sources[index]!, doubts);
      if (text === undefined) continue;
      values ??= sources.map(() => '');
      values[index] = text;
    }
    return values;
  };
}
