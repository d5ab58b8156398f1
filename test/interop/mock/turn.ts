import { type Schema, sampleOf } from './sample.ts';

/** A request in no provider's words. */
export interface Conversation {
  readonly tools: readonly { readonly name: string; readonly schema: Schema | undefined }[];
  /** A tool has answered already. */
  readonly toolAnswered: boolean;
  /** The caller insists on some tool, or on this one. */
  readonly forced: boolean | string;
  /** The answer has to be JSON of this shape. */
  readonly answerSchema: Schema | undefined;
  /** All that was written so far, by anyone. */
  readonly text: string;
}

export type Turn =
  | { readonly kind: 'tool'; readonly name: string; readonly input: unknown }
  | { readonly kind: 'text'; readonly text: string };

/** A tool's name, and the arguments it is to get. */
const USE = /\[\[use ([\w.-]+)(?: (\{[^\]]*\}))?\]\]/;

/** Agents that read their steps out of plain text (ReAct) find an end in it, too. */
const ANSWER = 'Thought: I know the answer.\nFinal Answer: It is 21 degrees in Oslo.';

/**
 * What the model says next: the first tool that is offered, unless one has answered already; then the answer, or
 * where a tool is still insisted on the last one, which is how frameworks ask for a structured answer. A program that
 * needs certain words puts `[[say]]the words[[/say]]` into its prompt, and one that has many tools `[[use name]]`.
 */
export function nextTurn({ tools, toolAnswered, forced, answerSchema, text }: Conversation): Turn {
  const [, wanted, given] = (toolAnswered ? null : USE.exec(text)) ?? [];
  const named = tools.find((tool) => tool.name === (typeof forced === 'string' ? forced : wanted));
  const chosen = named ?? (toolAnswered ? (forced === true ? tools.at(-1) : undefined) : tools[0]);
  if (chosen !== undefined)
    return {
      kind: 'tool',
      name: chosen.name,
      input: given === undefined ? sampleOf(chosen.schema) : JSON.parse(given),
    };
  if (answerSchema !== undefined) return { kind: 'text', text: JSON.stringify(sampleOf(answerSchema)) };
  const asked = /\[\[say\]\]([\s\S]*?)\[\[\/say\]\]/.exec(text)?.[1];
  return { kind: 'text', text: asked ?? ANSWER };
}

/** `[[plain]]` in a prompt: nothing is cached and nothing is thought. */
export const wantsPlain = (text: string): boolean => text.includes('[[plain]]');

/**
 * `[[refuse 429]]` in a prompt: answered with that status, always. `[[busy]]`: refused once, so that the client's own
 * retry is served.
 */
export function refusalOf(
  text: string,
  seen: ReadonlySet<string>,
): { readonly status: number; readonly retryable: boolean } | undefined {
  const status = /\[\[refuse (\d{3})\]\]/.exec(text)?.[1];
  if (status !== undefined) return { status: Number(status), retryable: false };
  return text.includes('[[busy]]') && !seen.has(text) ? { status: 503, retryable: true } : undefined;
}

/** Every string below a value, in order: prompts come as texts, parts and blocks. */
export function textsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textsOf).join('\n');
  if (typeof value === 'object' && value !== null) return Object.values(value).map(textsOf).join('\n');
  return '';
}

/** Halves, so that a stream has more than one piece. */
export function piecesOf(text: string): readonly string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((piece) => piece !== '');
}
