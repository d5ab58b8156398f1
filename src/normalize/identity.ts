import type { Identity } from '../domain/fact.ts';
import type { AttributeView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { type Doubts, firstText } from './first.ts';
import { DIALECT_SESSIONS, type Naming } from './naming.ts';
import type { TopicBits, Topics } from './topics.ts';

/** Reads who a span, or a resource, says it belongs to; undefined where it says nothing. */
export type ReadIdentity = (
  view: AttributeView,
  topics: TopicBits,
  agentName: string | undefined,
  doubts: Doubts,
) => Identity | undefined;

export function openIdentity(naming: Naming, key: (name: string) => KeyId, topics: Topics): ReadIdentity {
  const session = naming.session.map(key);
  const dialectSession = DIALECT_SESSIONS.map(key);
  const task = naming.task.map(key);
  const agentType = naming.agentType.map(key);
  const taskType = naming.taskType.map(key);
  const promptVersion = naming.promptVersion.map(key);
  const user = naming.user.map(key);
  const readDimensions = openDimensions(naming, key);
  const dimensions = naming.dimensions.flatMap(({ from }) => from.map(key));
  const own = topics.about([session, task, agentType, taskType, promptVersion, dimensions].flat());
  // Apart, since many emitters repeat these two on every span and never say any of ours.
  const dialects = topics.about(dialectSession);
  const users = topics.about(user);
  const silent: Unsaid = {};

  function readOwn(view: AttributeView, doubts: Doubts): Unsaid {
    return {
      session: firstText(view, session, doubts),
      task: firstText(view, task, doubts),
      agentType: firstText(view, agentType, doubts),
      taskType: firstText(view, taskType, doubts),
      promptVersion: firstText(view, promptVersion, doubts),
      dimensions: readDimensions(view, doubts),
    };
  }

  return (view, touched, agentName, doubts) => {
    // Most spans of a trace say nothing of themselves.
    if (agentName === undefined && (touched & (own | dialects | users)) === 0) return undefined;
    const mine = (touched & own) === 0 ? silent : readOwn(view, doubts);
    const said = {
      session: mine.session,
      dialectSession:
        (touched & dialects) === 0 ? undefined : sessionOf(firstText(view, dialectSession, doubts)),
      task: mine.task,
      agentType: mine.agentType,
      agentName,
      taskType: mine.taskType,
      promptVersion: mine.promptVersion,
      user: (touched & users) === 0 ? undefined : firstText(view, user, doubts),
      dimensions: mine.dimensions,
    };
    // Every field is written, unset ones as undefined, so that all identities have one shape in memory.
    return isSilent(said) ? undefined : (said as Identity);
  };
}

/**
 * Where the Responses API keeps the conversation, some emitters name the response before as the conversation, which is
 * another one in every call (Microsoft's Agent Framework).
 */
const sessionOf = (text: string | undefined) => (text?.startsWith('resp_') ? undefined : text);

/** An identity of which any field may be unset. */
type Unsaid = { readonly [Field in keyof Identity]?: Identity[Field] | undefined };

const isSilent = (said: Unsaid) =>
  said.session === undefined &&
  said.dialectSession === undefined &&
  said.task === undefined &&
  said.agentType === undefined &&
  said.agentName === undefined &&
  said.taskType === undefined &&
  said.promptVersion === undefined &&
  said.user === undefined &&
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
