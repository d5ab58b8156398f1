import { expect, test } from '@jest/globals';
import { untangle } from '../../src/untangle/untangle.ts';
import { draw, suppressedIn, told } from './traces.ts';

/** The program's span, the Agent SDK's two questions, and Claude Code's two runs, as they were recorded. */
const STACKED = `r edge start=1 end=100
  q agent dialect=openinference start=2 end=50 in=1833 out=775
    t tool dialect=openinference tool=get_weather start=20 end=30
  p agent dialect=openinference start=60 end=90 in=933 out=395
  x agent dialect=claude-code start=10 end=40
    a inference dialect=claude-code start=11 end=15 in=2197 out=385
    u tool dialect=claude-code tool=get_weather call=1 start=21 end=29
    b inference dialect=claude-code start=31 end=35 in=2214 out=390
  y agent dialect=claude-code start=70 end=80
    c inference dialect=claude-code start=71 end=75 in=2231 out=395`;
const ONCE = 'a:2197+385 b:2214+390 c:2231+395 tool:t';

const usesIn = (drawing: string) => told(untangle(draw(drawing)));

test('a run beside the span that sums it up is counted once, and so is its tool', () => {
  const untangled = untangle(draw(STACKED));
  expect(told(untangled)).toBe(ONCE);
  expect(suppressedIn(untangled)).toBe('q:wrapper_over_children u:tool_twin p:wrapper_over_children');
});

test('in whatever order the spans come', () => {
  const facts = draw(STACKED);
  expect(told(untangle([...facts].reverse()))).toBe(ONCE);
  expect(told(untangle([...facts.slice(4), ...facts.slice(0, 4)]))).toBe(ONCE);
});

test.each<[string, (drawing: string) => string, string]>([
  [
    'another output is another run',
    (drawing) => drawing.replace('in=933 out=395', 'in=933 out=394'),
    'a:2197+385 b:2214+390 c:2231+395 p:933+394 tool:t',
  ],
  [
    'a run that goes on after the span has ended is another one',
    (drawing) => drawing.replace('start=70 end=80', 'start=70 end=91'),
    'a:2197+385 b:2214+390 c:2231+395 p:933+395 tool:t',
  ],
  [
    'one that began before it, too',
    (drawing) => drawing.replace('start=70 end=80', 'start=59 end=80'),
    'a:2197+385 b:2214+390 c:2231+395 p:933+395 tool:t',
  ],
  [
    'of one dialect both count',
    (drawing) => drawing.replaceAll('dialect=claude-code', 'dialect=openinference'),
    'a:2197+385 b:2214+390 c:2231+395 p:933+395 q:1833+775 tool:t tool:u',
  ],
])('%s', (_, change, uses) => expect(usesIn(change(STACKED))).toBe(uses));

test('a span tells of one run only', () => {
  const twice = `r edge start=1 end=100
  q agent dialect=openinference start=2 end=90 in=100 out=50
  x agent dialect=claude-code start=10 end=40
    a inference dialect=claude-code start=11 end=15 in=300 out=50
  y agent dialect=claude-code start=50 end=80
    b inference dialect=claude-code start=51 end=75 in=301 out=50`;
  expect(usesIn(twice)).toBe('a:300+50 b:301+50');
});
