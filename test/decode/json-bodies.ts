import { openDecoder } from '../../src/decode/decoder.ts';
import { look } from './views.ts';

const NAMES = ['agent.session.id', 'tags', '__proto__', 'constructor'];
const decoder = openDecoder(NAMES);

/** Two good ids as members of a span. */
export const IDS = `"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"`;

export const readText = (body: string | Uint8Array) =>
  look(NAMES, (visit) => decoder.json(Buffer.from(body), visit));

export const readSpan = (members: string) =>
  readText(`{"resourceSpans":[{"scopeSpans":[{"spans":[{${members}}]}]}]}`);

export const withIds = (members: string) => readSpan(`${IDS},${members}`);

/** A span whose attribute `tags` has this AnyValue. */
export const tagOf = (value: string) => withIds(`"attributes":[{"key":"tags","value":${value}}]`);

/** What a malformed body is told. */
export const messageOf = ({ decoded }: ReturnType<typeof look>) =>
  decoded.kind === 'malformed' ? decoded.message : 'decoded';
