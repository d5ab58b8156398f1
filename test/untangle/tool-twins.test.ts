import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { untangle } from '../../src/untangle/untangle.ts';
import { draw, fact, suppressedIn, told } from './traces.ts';

/** A tool of each of two instrumentations; a row starts at 1000 plus its number and ends at 2000, unless it says so. */
const OUTER = 'tool tool=find dialect=openinference';
const OTHER = 'tool tool=find dialect=openllmetry';

const CASES: readonly (readonly [string, string, string, string])[] = [
  [
    'below a session that stands beside it, as an MCP client’s does',
    `r agent
       s edge
         b ${OTHER} start=1010 end=1020
       a ${OUTER} start=1009 end=1021`,
    'tool:a',
    'b:tool_twin',
  ],
  ['beside each other', `r agent\n  a ${OUTER}\n  b ${OTHER}`, 'tool:a', 'b:tool_twin'],
  ['as roots of one trace', `a ${OUTER}\nb ${OTHER}`, 'tool:a', 'b:tool_twin'],
  [
    'with layers below both',
    `r agent
       a ${OUTER}
         c ${OUTER}
       b ${OTHER}
         d tool tool=find dialect=mcp`,
    'tool:a',
    'c:nested_tool b:tool_twin d:nested_tool',
  ],
  [
    'of two parallel ones each has its twin',
    `r agent
       a ${OUTER} start=1000 end=1090
       b ${OUTER} start=1001 end=1080
       c ${OTHER} start=1010 end=1085
       d ${OTHER} start=1011 end=1079`,
    'tool:a tool:b',
    'c:tool_twin d:tool_twin',
  ],
  [
    'a third one is an action of its own',
    `r agent\n  a ${OUTER}\n  b ${OTHER}\n  c ${OTHER}`,
    'tool:a tool:c',
    'b:tool_twin',
  ],
  ['one dialect is one teller', `r agent\n  a ${OTHER}\n  b ${OTHER}`, 'tool:a tool:b', 'nothing'],
  ['another name', `r agent\n  a ${OUTER}\n  b tool tool=go dialect=openllmetry`, 'tool:a tool:b', 'nothing'],
  [
    'no name',
    'r agent\n  a tool dialect=openinference\n  b tool dialect=openllmetry',
    'tool:a tool:b',
    'nothing',
  ],
  ['another call id', `r agent\n  a ${OUTER} call=1\n  b ${OTHER} call=2`, 'tool:a tool:b', 'nothing'],
  ['a call id that only one knows', `r agent\n  a ${OUTER} call=1\n  b ${OTHER}`, 'tool:a', 'b:tool_twin'],
  [
    'within, but for what a clock of whole milliseconds makes of its end',
    `r agent\n  a ${OUTER} start=1000 end=5000000\n  b ${OTHER} start=1001 end=5999999`,
    'tool:a',
    'b:tool_twin',
  ],
  [
    'longer than the one around it',
    `r agent\n  a ${OUTER} start=1000 end=5000000\n  b ${OTHER} start=1001 end=6000000`,
    'tool:a tool:b',
    'nothing',
  ],
  [
    'one after the other',
    `r agent\n  a ${OUTER} start=1000 end=1010\n  b ${OTHER} start=1010 end=1020`,
    'tool:a tool:b',
    'nothing',
  ],
  [
    'below two agents',
    `r agent
       g agent
         a ${OUTER}
       h agent
         b ${OTHER}`,
    'tool:a tool:b',
    'nothing',
  ],
];

describe('tools that stand beside each other', () => {
  test.each(CASES)('%s', (_, drawing, uses, suppressed) => {
    const untangled = untangle(draw(drawing));
    expect(told(untangled)).toBe(uses);
    expect(suppressedIn(untangled)).toBe(suppressed);
  });
});

test('in whatever order they arrive, as many actions as the instrumentation that tells more', () => {
  const span = fc.record({
    start: fc.bigInt({ min: 0n, max: 50n }),
    length: fc.bigInt({ min: 0n, max: 50n }),
  });
  fc.assert(
    fc.property(fc.array(span, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 12 }), (spans, shuffle) => {
      const tool = { kind: 'tool', tool: 'find' } as const;
      // The second instrumentation sees each action a little later, and a little shorter.
      const facts = spans.flatMap(({ start, length }, index) => [
        fact(`a${index}`, 'r', { ...tool, dialect: 'x', start, end: start + length + 2n }),
        fact(`b${index}`, 'r', { ...tool, dialect: 'y', start: start + 1n, end: start + length + 1n }),
      ]);
      const all = [fact('r', '', { kind: 'agent', start: 0n, end: 200n }), ...facts];
      const mixed = all
        .map((one, index) => ({ one, key: shuffle[index % Math.max(1, shuffle.length)] ?? index }))
        .sort((left, right) => left.key - right.key)
        .map(({ one }) => one);
      const [first, second] = [untangle(all), untangle(mixed)];
      expect(told(second)).toBe(told(first));
      expect(first.uses).toHaveLength(spans.length);
    }),
  );
});
