import { type Api, type Asked, events, type Fields, fieldsOf, json, listOf, type Reply } from './api.ts';
import { chatCounts, datedModel, plain } from './counts.ts';
import type { Schema } from './sample.ts';
import type { TrueCall } from './truth.ts';
import { nextTurn, piecesOf, refusalOf, type Turn, textsOf, wantsPlain } from './turn.ts';

/** OpenAI's chat completions: cached tokens are part of the prompt, thoughts part of the completion. */
export const openaiChat: Api = (asked, desk) => {
  if (asked.path !== '/chat/completions') return undefined;
  const { body } = asked;
  const text = textsOf(body.messages);
  const stream = body.stream === true;
  const saysUsage = fieldsOf(body.stream_options).include_usage === true;
  const api = stream ? `chat stream${saysUsage ? ' usage' : ''}` : 'chat';
  const requestModel = String(body.model);
  const refusal = refusalOf(text, desk.seen);
  if (refusal !== undefined) {
    const { status } = refusal;
    desk.seen.add(text);
    desk.book.refused.push({ api, model: requestModel, ...refusal });
    return openaiError(status);
  }
  const n = desk.next();
  const call: TrueCall = {
    api,
    provider: 'openai',
    requestModel,
    model: datedModel(requestModel),
    responseId: desk.id('chatcmpl', n),
    ...(wantsPlain(text) ? plain(chatCounts(n)) : chatCounts(n)),
  };
  desk.book.calls.push(call);
  const turn = nextTurn({
    tools: toolsOf(asked),
    toolAnswered: listOf(body.messages).some(({ role }) => role === 'tool' || role === 'function'),
    forced: forcedBy(body.tool_choice),
    answerSchema: answerSchema(body.response_format),
    text,
  });
  const answer = { call, turn, callId: desk.id('call', n) };
  return stream ? streamed(answer, saysUsage) : whole(answer);
};

export const openaiError = (status: number): Reply =>
  json({ error: { message: 'refused, as asked', type: 'mock_refusal', param: null, code: null } }, status);

const toolsOf = ({ body }: Asked) =>
  listOf(body.tools).flatMap((tool) => {
    const { name, parameters } = fieldsOf(tool.function);
    return typeof name === 'string' ? [{ name, schema: parameters as Schema | undefined }] : [];
  });

function forcedBy(choice: unknown): boolean | string {
  if (choice === 'required') return true;
  const name = fieldsOf(fieldsOf(choice).function).name;
  return typeof name === 'string' ? name : false;
}

function answerSchema(format: unknown): Schema | undefined {
  const { type, json_schema: given } = fieldsOf(format);
  if (type === 'json_object') return {};
  return type === 'json_schema' ? (fieldsOf(given).schema as Schema) : undefined;
}

interface Answer {
  readonly call: TrueCall;
  readonly turn: Turn;
  readonly callId: string;
}

const head = ({ call }: Answer, object: string) => ({
  id: call.responseId,
  object,
  created: 1_764_201_600,
  model: call.model,
  service_tier: 'default',
  system_fingerprint: 'fp_mock',
});

const usageJson = ({ call }: Answer) => ({
  prompt_tokens: call.input,
  completion_tokens: call.output,
  total_tokens: call.input + call.output,
  prompt_tokens_details: { cached_tokens: call.cacheRead, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: call.reasoning,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
});

function toolCallJson({ turn, callId }: Answer): Fields | undefined {
  if (turn.kind !== 'tool') return undefined;
  return {
    id: callId,
    type: 'function',
    function: { name: turn.name, arguments: JSON.stringify(turn.input) },
  };
}

function whole(answer: Answer): Reply {
  const tool = toolCallJson(answer);
  const message = {
    role: 'assistant',
    content: answer.turn.kind === 'text' ? answer.turn.text : null,
    refusal: null,
    annotations: [],
    ...(tool && { tool_calls: [tool] }),
  };
  return json({
    ...head(answer, 'chat.completion'),
    choices: [
      { index: 0, message, logprobs: null, finish_reason: tool === undefined ? 'stop' : 'tool_calls' },
    ],
    usage: usageJson(answer),
  });
}

function streamed(answer: Answer, saysUsage: boolean): Reply {
  const chunk = (delta: Fields, finish: string | null = null) => ({
    ...head(answer, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(saysUsage && { usage: null }),
  });
  const tool = toolCallJson(answer);
  const deltas: readonly Fields[] =
    answer.turn.kind === 'text'
      ? piecesOf(answer.turn.text).map((content) => ({ content }))
      : [{ tool_calls: [{ index: 0, ...tool }] }];
  const last = { ...head(answer, 'chat.completion.chunk'), choices: [], usage: usageJson(answer) };
  const chunks = [
    chunk({ role: 'assistant', content: tool === undefined ? '' : null }),
    ...deltas.map((delta) => chunk(delta)),
    chunk({}, tool === undefined ? 'stop' : 'tool_calls'),
    ...(saysUsage ? [last] : []),
  ];
  return events(chunks, false, ['[DONE]']);
}
