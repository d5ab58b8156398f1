import { describe, expect, test } from '@jest/globals';
import { table } from '../support/table.ts';
import { openReader } from './reading.ts';

const read = openReader();

/** A GenAI span as OpenLIT makes it, with the counts that are given. */
function spanOf(row: Record<string, string>) {
  const counts = {
    'gen_ai.usage.input_tokens': row.input,
    'gen_ai.usage.output_tokens': row.output,
    'gen_ai.usage.cache_read.input_tokens': row.read,
    'gen_ai.usage.reasoning_tokens': row.thought,
  };
  const given = Object.entries(counts).filter(([, count]) => count !== '' && count !== undefined);
  return read({
    scope: { name: 'openlit' },
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': row.provider!,
      'gen_ai.request.model': 'some-model',
      ...(row.stream !== '' && { 'gen_ai.request.is_stream': row.stream === 'yes' }),
      ...Object.fromEntries(given.map(([name, count]) => [name, Number(count)])),
    },
  });
}

describe('counts that OpenLIT may have made itself', () => {
  const cases = table(`
    why                                    provider  stream input output read thought | estimated
    a·stream·may·not·have·said·its·usage   openai    yes    1     18     _    _       | yes
    cached·tokens·are·the·provider’s       openai    yes    2068  428    1028 _       | no
    so·are·thoughts                        openai    yes    2068  428    _    12      | no
    zeros·prove·nothing                    openai    yes    1     18     0    0       | yes
    what·was·no·stream·said·its·usage      openai    no     1     18     _    _       | no
    nothing·says·that·it·was·a·stream      openai    _      1     18     _    _       | no
    an·Anthropic·stream·is·too·much        anthropic yes    944   401    1028 _       | yes
    an·Anthropic·message·is·not            anthropic no     944   400    1028 _       | no
    without·usage·there·is·no·doubt        openai    yes    _     _      _    _       | no
  `);
  test.each(cases)('$why', (row) => {
    const meaning = spanOf(row);
    expect(meaning).toMatchObject({ kind: 'inference', dialect: 'gen-ai', provider: row.provider });
    expect(meaning.flags?.includes('usage_estimated') === true).toBe(row.estimated === 'yes');
  });
});

test('another emitter’s stream is not doubted', () => {
  const { flags } = read({
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.stream': true,
      'gen_ai.usage.input_tokens': 1,
      'gen_ai.usage.output_tokens': 18,
    },
  });
  expect(flags).toBeUndefined();
});

describe('MCP', () => {
  const cases = table(`
    operation       tool     error | kind tool     failed
    tools_call      weather  _     | tool weather  no
    tools_call      weather  no    | tool weather  yes
    tools_call      _        _     | tool _        no
    tools_list      _        _     | edge _        no
    resources_read  _        _     | edge _        no
  `);
  test.each(cases)('$operation of $tool, $error', ({ operation, tool, error, kind, failed }) => {
    const attributes = { 'mcp.tool.name': tool!, 'mcp.error.message': error! };
    const given = Object.entries(attributes).filter(([, text]) => text !== '');
    const meaning = read({ attributes: { 'mcp.operation.name': operation!, ...Object.fromEntries(given) } });
    expect(meaning.kind).toBe(kind);
    expect(meaning.tool ?? '').toBe(tool);
    expect(meaning.error === true).toBe(failed === 'yes');
  });
});
