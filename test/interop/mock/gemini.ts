import { type Api, events, type Fields, fieldsOf, json, listOf } from './api.ts';
import { contentCounts, plain } from './counts.ts';
import type { Schema } from './sample.ts';
import type { TrueCall } from './truth.ts';
import { nextTurn, piecesOf, refusalOf, type Turn, textsOf, wantsPlain } from './turn.ts';

const PATH = /^\/v1(?:beta|alpha|beta1)?\/(?:.*\/)?models\/([^/:]+):(generateContent|streamGenerateContent)$/;

/** Google's generateContent: candidates are without thoughts, the total holds both. */
export const gemini: Api = ({ path, query, body }, desk) => {
  if (path.endsWith(':countTokens')) return json({ totalTokens: 1234 });
  const [, model, method] = PATH.exec(path) ?? [];
  if (model === undefined) return undefined;
  const stream = method === 'streamGenerateContent';
  const api = stream ? 'generate_content stream usage' : 'generate_content';
  const text = textsOf([body.systemInstruction, body.contents]);
  const refusal = refusalOf(text, desk.seen);
  if (refusal !== undefined) {
    const { status } = refusal;
    desk.seen.add(text);
    desk.book.refused.push({ api, model, ...refusal });
    return json({ error: { code: status, message: 'refused, as asked', status: 'UNAVAILABLE' } }, status);
  }
  const n = desk.next();
  const call: TrueCall = {
    api,
    provider: 'google',
    requestModel: model,
    model,
    responseId: desk.id('gen', n),
    ...(wantsPlain(text) ? plain(contentCounts(n)) : contentCounts(n)),
  };
  desk.book.calls.push(call);
  const parts = listOf(body.contents).flatMap(({ parts }) => listOf(parts));
  const config = fieldsOf(body.generationConfig);
  const calling = fieldsOf(fieldsOf(body.toolConfig).functionCallingConfig);
  const turn = nextTurn({
    tools: listOf(body.tools)
      .flatMap((tool) => listOf(tool.functionDeclarations ?? tool.function_declarations))
      .map(({ name, parameters, parametersJsonSchema }) => ({
        name: String(name),
        schema: (parametersJsonSchema ?? parameters) as Schema | undefined,
      })),
    toolAnswered: parts.some((part) => (part.functionResponse ?? part.function_response) !== undefined),
    forced: calling.mode === 'ANY',
    answerSchema: (config.responseJsonSchema ?? config.responseSchema) as Schema | undefined,
    text,
  });
  if (!stream) return json(chunk(call, partsOf(turn, desk.id('fc', n)), true));
  const pieces = turn.kind === 'text' ? piecesOf(turn.text).map((piece) => [{ text: piece }]) : [];
  const bodies = pieces.length > 0 ? pieces : [partsOf(turn, desk.id('fc', n))];
  const chunks = bodies.map((one, index) => chunk(call, one, index === bodies.length - 1));
  return query.get('alt') === 'sse' ? events(chunks, false) : json(chunks);
};

const partsOf = (turn: Turn, id: string): readonly Fields[] =>
  turn.kind === 'text'
    ? [{ text: turn.text }]
    : [{ functionCall: { id, name: turn.name, args: turn.input }, thoughtSignature: 'bW9jaw==' }];

/** Every chunk of a stream has a usage; the last one's is the call's. */
const chunk = (call: TrueCall, parts: readonly Fields[], last: boolean) => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...(last && { finishReason: 'STOP' }) }],
  usageMetadata: {
    promptTokenCount: call.input,
    cachedContentTokenCount: call.cacheRead,
    candidatesTokenCount: last ? call.output - call.reasoning : 1,
    thoughtsTokenCount: call.reasoning,
    totalTokenCount: call.input + (last ? call.output : call.reasoning + 1),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: call.input }],
  },
  modelVersion: call.model,
  responseId: call.responseId,
});
