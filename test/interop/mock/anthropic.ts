import { type Api, events, type Fields, fieldsOf, json, listOf, type Reply } from './api.ts';
import { datedModel, messageCounts, plain } from './counts.ts';
import type { Schema } from './sample.ts';
import type { TrueCall } from './truth.ts';
import { nextTurn, piecesOf, refusalOf, type Turn, textsOf, wantsPlain } from './turn.ts';

/** Anthropic's Messages API: its `input_tokens` are without cached tokens, thoughts are part of the output. */
export const anthropicMessages: Api = ({ path, body }, desk) => {
  if (path === '/v1/messages/count_tokens') return json({ input_tokens: 1234 });
  if (path !== '/v1/messages') return undefined;
  const text = textsOf([body.system, body.messages]);
  const stream = body.stream === true;
  const api = stream ? 'messages stream usage' : 'messages';
  const requestModel = String(body.model);
  const refusal = refusalOf(text, desk.seen);
  if (refusal !== undefined) {
    const { status } = refusal;
    desk.seen.add(text);
    desk.book.refused.push({ api, model: requestModel, ...refusal });
    return json({ type: 'error', error: { type: 'overloaded_error', message: 'refused, as asked' } }, status);
  }
  const n = desk.next();
  const compaction = compactionOf(body, n);
  const own = wantsPlain(text) ? plain(messageCounts(n)) : messageCounts(n);
  const call: TrueCall = {
    api,
    provider: 'anthropic',
    requestModel,
    model: datedModel(requestModel),
    responseId: desk.id('msg', n),
    ...own,
  };
  desk.book.calls.push({
    ...call,
    input: own.input + (compaction?.input ?? 0),
    output: own.output + (compaction?.output ?? 0),
    ...(compaction && { compaction }),
  });
  const turn = nextTurn({
    tools: listOf(body.tools).flatMap(({ name, input_schema: schema }) =>
      schema === undefined ? [] : [{ name: String(name), schema: schema as Schema }],
    ),
    toolAnswered: listOf(body.messages).some(({ content }) =>
      listOf(content).some(({ type }) => type === 'tool_result'),
    ),
    forced: forcedBy(body.tool_choice),
    answerSchema: answerSchemaOf(body),
    text,
  });
  const answer = { call, turn, toolId: desk.id('toolu', n), compaction };
  return stream ? streamed(answer) : json(messageJson(answer));
};

function forcedBy(choice: unknown): boolean | string {
  const { type, name } = fieldsOf(choice);
  return type === 'tool' ? String(name) : type === 'any';
}

function answerSchemaOf(body: Fields): Schema | undefined {
  const format = fieldsOf(fieldsOf(body.output_config).format ?? body.output_format);
  return format.type === 'json_schema' ? (format.schema as Schema) : undefined;
}

/** Where the caller lets the conversation be summed up, that is a pass of its own, billed beside the message's. */
function compactionOf(body: Fields, n: number): Answer['compaction'] {
  const compacts = listOf(fieldsOf(body.context_management).edits).some(({ type }) =>
    String(type).startsWith('compact'),
  );
  return compacts ? { input: 5000 + 19 * n, output: 700 + 3 * n } : undefined;
}

interface Answer {
  readonly call: TrueCall;
  readonly turn: Turn;
  readonly toolId: string;
  readonly compaction: { readonly input: number; readonly output: number } | undefined;
}

function usageJson({ call, compaction }: Answer): Fields {
  const fresh = call.input - call.cacheRead - call.cacheWrite5m - call.cacheWrite1h;
  const counts = {
    input_tokens: fresh,
    cache_creation_input_tokens: call.cacheWrite5m + call.cacheWrite1h,
    cache_read_input_tokens: call.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: call.cacheWrite5m,
      ephemeral_1h_input_tokens: call.cacheWrite1h,
    },
    output_tokens: call.output,
  };
  const none = { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 };
  return {
    ...counts,
    output_tokens_details: { thinking_tokens: call.reasoning },
    service_tier: 'standard',
    server_tool_use: null,
    ...(compaction && {
      iterations: [
        {
          type: 'compaction',
          input_tokens: compaction.input,
          output_tokens: compaction.output,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
          cache_creation: none,
        },
        { type: 'message', ...counts },
      ],
    }),
  };
}

const blockOf = ({ turn, toolId }: Answer): Fields =>
  turn.kind === 'text'
    ? { type: 'text', text: turn.text }
    : { type: 'tool_use', id: toolId, name: turn.name, input: turn.input, caller: { type: 'direct' } };

const stopOf = ({ turn }: Answer) => (turn.kind === 'text' ? 'end_turn' : 'tool_use');

const messageJson = (answer: Answer) => ({
  id: answer.call.responseId,
  type: 'message',
  role: 'assistant',
  model: answer.call.model,
  content: [blockOf(answer)],
  stop_reason: stopOf(answer),
  stop_sequence: null,
  usage: usageJson(answer),
});

/** `message_start` says the input and one token of output; `message_delta` the output as it was in the end. */
function streamed(answer: Answer): Reply {
  const usage = usageJson(answer);
  const start = {
    ...messageJson(answer),
    content: [],
    stop_reason: null,
    usage: { ...usage, output_tokens: 1, output_tokens_details: { thinking_tokens: 0 } },
  };
  const block = blockOf(answer);
  const [opened, deltas] =
    answer.turn.kind === 'text'
      ? [{ type: 'text', text: '' }, piecesOf(answer.turn.text).map((text) => ({ type: 'text_delta', text }))]
      : [
          { ...block, input: {} },
          piecesOf(JSON.stringify(answer.turn.input)).map((json) => ({
            type: 'input_json_delta',
            partial_json: json,
          })),
        ];
  const { cache_creation: _, service_tier: __, ...last } = usage;
  return events(
    [
      { type: 'message_start', message: start },
      { type: 'content_block_start', index: 0, content_block: opened },
      { type: 'ping' },
      ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: stopOf(answer), stop_sequence: null },
        usage: last,
      },
      { type: 'message_stop' },
    ],
    true,
  );
}
