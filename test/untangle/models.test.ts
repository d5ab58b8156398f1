import { expect, test } from '@jest/globals';
import { familyOf } from '../../src/untangle/models.ts';

test.each([
  ['gpt-4o', 'gpt-4o'],
  ['gpt-4o-2024-08-06', 'gpt-4o'],
  ['gpt-4-0613', 'gpt-4'],
  ['openai/GPT-4o', 'gpt-4o'],
  ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
  ['claude-3-5-sonnet@20240620', 'claude-3-5-sonnet'],
  ['gemini-1.5-pro-002', 'gemini-1.5-pro'],
  ['gpt-4o-latest', 'gpt-4o'],
  // A version of one or two digits is another model, not another date.
  ['claude-sonnet-4', 'claude-sonnet-4'],
  ['claude-sonnet-4-5', 'claude-sonnet-4-5'],
  ['o3', 'o3'],
  ['', ''],
])('the family of %j is %j', (model, family) => {
  expect(familyOf(model)).toBe(family);
});
