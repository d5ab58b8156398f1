import { type Api, type Desk, events, type Fields, fieldsOf, json, listOf, type Reply } from './api.ts';
import { chatCounts, datedModel, embeddingCounts, plain } from './counts.ts';
import { openaiError } from './openai-chat.ts';
import type { Schema } from './sample.ts';
import type { TrueCall } from './truth.ts';
import { nextTurn, piecesOf, refusalOf, type Turn, textsOf, wantsPlain } from './turn.ts';

/** OpenAI's Responses API; its stream always ends with the usage. */
export const openaiResponses: Api = (asked, desk) => {
  if (asked.path !== '/responses') return undefined;
  const { body } = asked;
  const text = textsOf([body.instructions, body.input]);
  const stream = body.stream === true;
  const api = stream ? 'responses stream usage' : 'responses';
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
    responseId: desk.id('resp', n),
    ...(wantsPlain(text) ? plain(chatCounts(n)) : chatCounts(n)),
  };
  desk.book.calls.push(call);
  const format = fieldsOf(fieldsOf(body.text).format);
  const tools = listOf(body.tools).flatMap((tool) => offered(tool));
  const turn = nextTurn({
    tools,
    toolAnswered: listOf(body.input).some(({ type }) => type === 'function_call_output'),
    forced: body.tool_choice === 'required' ? true : String(fieldsOf(body.tool_choice).name ?? '') || false,
    answerSchema: format.type === 'json_schema' ? (format.schema as Schema) : undefined,
    text,
  });
  const namespace = tools.find(({ name }) => turn.kind === 'tool' && name === turn.name)?.namespace;
  const answer = { call, turn, namespace, itemId: desk.id('item', n), callId: desk.id('call', n) };
  return stream ? streamed(answer) : json(responseJson(answer, 'completed'));
};

interface Offered {
  readonly name: string;
  readonly schema: Schema | undefined;
  readonly namespace: string | undefined;
}

/** A function, or those of a namespace. */
function offered({ type, name, parameters, tools }: Fields, namespace?: string): readonly Offered[] {
  if (type === 'namespace') return listOf(tools).flatMap((tool) => offered(tool, String(name)));
  if (type !== 'function') return [];
  return [{ name: String(name), schema: parameters as Schema | undefined, namespace }];
}

/** `POST /embeddings`: input tokens and nothing else. */
export const openaiEmbeddings: Api = ({ path, body }, desk) => {
  if (path !== '/embeddings') return undefined;
  const model = String(body.model);
  const counts = embeddingCounts(desk.next());
  desk.book.calls.push({
    api: 'embeddings',
    provider: 'openai',
    requestModel: model,
    model,
    responseId: '',
    ...counts,
  });
  const inputs = Array.isArray(body.input) && typeof body.input[0] !== 'number' ? body.input : [body.input];
  const vector = Float32Array.from([0.1, 0.2, 0.3, 0.4]);
  const embedding =
    body.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
  return json({
    object: 'list',
    data: inputs.map((_, index) => ({ object: 'embedding', index, embedding })),
    model,
    usage: { prompt_tokens: counts.input, total_tokens: counts.input },
  });
};

export const openaiModels: Api = ({ path }, _desk: Desk) =>
  path === '/models' ? json({ object: 'list', data: [{ id: 'gpt-5-mini', object: 'model' }] }) : undefined;

interface Answer {
  readonly call: TrueCall;
  readonly turn: Turn;
  readonly itemId: string;
  readonly callId: string;
  readonly namespace: string | undefined;
}

function itemJson({ turn, itemId, callId, namespace }: Answer): Fields {
  if (turn.kind === 'tool')
    return {
      id: `fc_${itemId}`,
      type: 'function_call',
      status: 'completed',
      call_id: callId,
      name: turn.name,
      ...(namespace !== undefined && { namespace }),
      arguments: JSON.stringify(turn.input),
    };
  return {
    id: `msg_${itemId}`,
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text: turn.text, annotations: [], logprobs: [] }],
  };
}

const responseJson = (answer: Answer, status: 'in_progress' | 'completed') => ({
  id: answer.call.responseId,
  object: 'response',
  created_at: 1_764_201_600,
  status,
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  model: answer.call.model,
  output: status === 'completed' ? [itemJson(answer)] : [],
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: 'medium', summary: null },
  service_tier: 'default',
  store: false,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
  metadata: {},
  usage: status === 'completed' ? usageJson(answer.call) : null,
});

const usageJson = (call: TrueCall) => ({
  input_tokens: call.input,
  input_tokens_details: { cached_tokens: call.cacheRead },
  output_tokens: call.output,
  output_tokens_details: { reasoning_tokens: call.reasoning },
  total_tokens: call.input + call.output,
});

function streamed(answer: Answer): Reply {
  const item = itemJson(answer);
  const at = { item_id: item.id, output_index: 0 };
  const inner: readonly Fields[] =
    answer.turn.kind === 'tool'
      ? [
          { type: 'response.function_call_arguments.delta', ...at, delta: item.arguments },
          {
            type: 'response.function_call_arguments.done',
            ...at,
            name: item.name,
            arguments: item.arguments,
          },
        ]
      : textEvents(answer.turn.text, { ...at, content_index: 0 });
  const open =
    answer.turn.kind === 'tool'
      ? { ...item, status: 'in_progress', arguments: '' }
      : { ...item, status: 'in_progress', content: [] };
  const all: readonly Fields[] = [
    { type: 'response.created', response: responseJson(answer, 'in_progress') },
    { type: 'response.in_progress', response: responseJson(answer, 'in_progress') },
    { type: 'response.output_item.added', output_index: 0, item: open },
    ...inner,
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: responseJson(answer, 'completed') },
  ];
  return events(
    all.map((one, index) => ({ ...one, sequence_number: index })),
    true,
  );
}

function textEvents(text: string, at: Fields): readonly Fields[] {
  const part = (written: string) => ({ type: 'output_text', text: written, annotations: [], logprobs: [] });
  return [
    { type: 'response.content_part.added', ...at, part: part('') },
    ...piecesOf(text).map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: part(text) },
  ];
}
