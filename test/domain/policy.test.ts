import { expect, test } from '@jest/globals';
import { openPolicy } from '../../src/domain/policy.ts';

const policy = openPolicy({
  defaultMode: 'explicit',
  modes: { 'chat-*': 'root', 'chat-legal': 'explicit', constructor: 'root' } as const,
  remediation: [],
  hourly: undefined,
  taskQuietMs: 0,
  orphanRootMs: 0,
  openTaskMaxMs: 0,
});

test.each([
  ['an exact name beats a glob', 'chat-legal', 'explicit'],
  ['a glob beats the default', 'chat-sales', 'root'],
  ['a glob fits any text', 'chat-\n\u2028', 'root'],
  ['anything else is the default', 'coder', 'explicit'],
  ['no name is a name too', '', 'explicit'],
  ['a name that every object has is nothing special', '__proto__', 'explicit'],
  ['nor this one', 'toString', 'explicit'],
  ['unless it is set', 'constructor', 'root'],
])('%s', (_, agentType, mode) => {
  expect(policy.outcomeMode(agentType)).toBe(mode);
});
