import { describe, expect, test } from '@jest/globals';
import { LIMITS } from '../../src/domain/limits.ts';
import { table } from '../support/table.ts';
import { openReader } from './reading.ts';

const read = openReader();
const chat = (attributes: Record<string, string | number>) =>
  read({ attributes: { 'gen_ai.operation.name': 'chat', ...attributes } });

describe('who served the call', () => {
  const cases = table(`
    provider_name  system             llm_provider  | provider
    openai         _                  _             | openai
    openai         anthropic          _             | openai
    _              Anthropic          _             | anthropic
    _              ·OpenAI·           _             | openai
    strands-agents strands-agents     _             | _
    strands-agents openai             _             | openai
    _              gcp.vertex.agent   _             | _
    autogen        crewai             azure         | azure
    langchain      llama_index        _             | _
    _              litellm            openai        | openai
  `);
  test.each(cases)('$provider_name, $system, $llm_provider', (row) => {
    const meaning = read({
      attributes: {
        'gen_ai.operation.name': 'chat',
        'openinference.span.kind': 'LLM',
        'gen_ai.provider.name': row.provider_name!,
        'gen_ai.system': row.system!,
        'llm.provider': row.llm_provider!,
      },
    });
    expect(meaning.provider ?? '').toBe(row.provider);
  });
});

test.each([
  ['LangChain names it in its metadata', '{"ls_provider":"Azure"}', {}, 'azure'],
  ['which is asked last', '{"ls_provider":"azure"}', { 'llm.provider': 'openai' }, 'openai'],
  ['a framework is none', '{"ls_provider":"langchain"}', {}, undefined],
  ['nor is a number', '{"ls_provider":7}', {}, undefined],
  ['nor a text of any length', JSON.stringify({ ls_provider: 'x'.repeat(1025) }), {}, undefined],
])('%s', (_why, metadata, attributes, provider) => {
  const model = { 'openinference.span.kind': 'LLM', metadata, ...attributes };
  expect(read({ attributes: model }).provider).toBe(provider);
});

test("the response's model is believed before the request's", () => {
  expect(chat({ 'gen_ai.request.model': 'asked' }).model).toBe('asked');
  expect(chat({ 'gen_ai.request.model': 'asked', 'gen_ai.response.model': 'given' }).model).toBe('given');
});

describe('the name of a tool', () => {
  test.each([
    [
      'gen_ai.tool.name',
      { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' },
      'x',
      'search',
    ],
    [
      "the span's name after its verb",
      { 'gen_ai.operation.name': 'execute_tool' },
      'execute_tool find',
      'find',
    ],
    ["the span's name", { 'gen_ai.operation.name': 'execute_tool' }, 'find', 'find'],
    ['no name at all', { 'gen_ai.operation.name': 'execute_tool' }, '', undefined],
    ['MCP', { 'mcp.method.name': 'tools/call' }, 'tools/call find', 'find'],
    ['OpenInference', { 'openinference.span.kind': 'TOOL', 'tool.name': 'find' }, 'x', 'find'],
    ['OpenLLMetry', { 'traceloop.span.kind': 'tool', 'traceloop.entity.name': 'find' }, 'find.tool', 'find'],
  ])('%s', (_why, attributes, name, tool) => {
    expect(read({ name, attributes }).tool).toBe(tool);
  });

  test('call ids in both spellings', () => {
    const attributes = { 'gen_ai.operation.name': 'execute_tool' };
    expect(read({ attributes: { ...attributes, 'gen_ai.tool.call.id': 'c1' } }).callId).toBe('c1');
    expect(read({ attributes: { ...attributes, 'gen_ai.tool.call_id': 'c2' } }).callId).toBe('c2');
  });

  test("Google ADK's span over parallel calls is no action", () => {
    const attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': '(merged tools)' };
    expect(read({ attributes }).kind).toBe('edge');
    expect(
      read({ name: 'execute_tool (merged tools)', attributes: { 'gen_ai.operation.name': 'execute_tool' } })
        .kind,
    ).toBe('edge');
  });
});

describe('errors that the status does not tell', () => {
  test.each([
    ['error.type on a call', { 'gen_ai.operation.name': 'chat', 'error.type': 'timeout' }, true],
    [
      'an MCP tool that answers with an error',
      { 'mcp.method.name': 'tools/call', 'error.type': 'tool_error' },
      true,
    ],
    [
      "Strands' tool status",
      { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.status': 'error' },
      true,
    ],
    [
      'a tool that went well',
      { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.status': 'success' },
      undefined,
    ],
    ['an operation that is an edge', { 'gen_ai.operation.name': 'create_memory', 'error.type': 'x' }, true],
    ['an HTTP edge is its status', { 'error.type': '500' }, undefined],
  ])('%s', (_why, attributes, error) => {
    expect(read({ attributes }).error).toBe(error);
  });
});

describe('long and odd texts', () => {
  const session = (text: string) => read({ attributes: { 'agent.session.id': text } });

  test('a session id at the limit is whole, one past it is cut and flagged', () => {
    const limit = LIMITS.textBytesMax;
    expect(session('s'.repeat(limit))).toMatchObject({ identity: { session: 's'.repeat(limit) } });
    expect(session('s'.repeat(limit)).flags).toBeUndefined();
    expect(session('s'.repeat(limit + 1)).identity?.session).toBe('s'.repeat(limit));
    expect(session('s'.repeat(limit + 1)).flags).toEqual(['text_cut']);
  });

  test.each(['é', '€', '😀'])('whole characters are kept: %s', (character) => {
    const size = Buffer.byteLength(character);
    const most = Math.floor(LIMITS.textBytesMax / size);
    expect(session(character.repeat(most)).flags).toBeUndefined();
    expect(session(character.repeat(most + 1)).flags).toEqual(['text_cut']);
    expect(session(character.repeat(most + 1)).identity?.session).toBe(character.repeat(most));
  });

  test('a cut text of the resource is flagged on what its spans say', () => {
    const resource = { 'agent.session.id': 'x'.repeat(LIMITS.textBytesMax + 1) };
    const meaning = read({ resource, attributes: { 'gen_ai.operation.name': 'chat' } });
    expect(meaning.flags).toEqual(['text_cut']);
  });

  test('a span name that stands for a tool has the same limit', () => {
    const attributes = { 'gen_ai.operation.name': 'execute_tool' };
    expect(read({ name: 'n'.repeat(5000), attributes }).tool).toHaveLength(LIMITS.textBytesMax);
  });

  test('control characters and quotes are data', () => {
    const odd = 'a\u0000b\n"c"\u0007';
    expect(session(odd).identity?.session).toBe(odd);
  });
});

describe('a text in quotes is read as JSON', () => {
  test.each([
    ['"gpt-4o"', 'gpt-4o'],
    ['"say \\"x\\""', 'say "x"'],
    ['"', '"'],
    ['"open', '"open'],
    ['"a" and "b"', '"a" and "b"'],
    ["'gpt-4o'", "'gpt-4o'"],
    ['""', undefined],
  ])('%s', (text, model) => expect(chat({ 'gen_ai.request.model': text }).model).toBe(model));

  test('an empty one is passed over', () => {
    expect(chat({ 'gen_ai.response.model': '""', 'gen_ai.request.model': 'asked' }).model).toBe('asked');
  });
});

test("LlamaIndex's preparation of a step is said to be an LLM, and is no call", () => {
  const attributes = { 'openinference.span.kind': 'LLM', 'llm.model_name': 'gpt-5-mini' };
  expect(read({ name: 'OpenAI._prepare_chat_with_tools', attributes }).kind).toBe('edge');
  expect(read({ name: 'OpenAI.achat', attributes }).kind).toBe('inference');
  const tool = { 'openinference.span.kind': 'TOOL' };
  expect(read({ name: 'my._prepare_chat_with_tools', attributes: tool }).kind).toBe('tool');
});
