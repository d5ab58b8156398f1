/** Which calls of two traces are alike: the same figures at the same time, told by two instrumentations of one service. */
import { expect, test } from '@jest/globals';
import type { Sighting } from '../../src/domain/twins.ts';
import { isAlike } from '../../src/untangle/pairs.ts';
import { table } from '../support/table.ts';
import { usage } from './traces.ts';

/** `tokens` is input+output, `time` the first and last second. */
function sighting(traceId: string, given: Readonly<Record<string, string | undefined>>): Sighting {
  const [input = 0, output = 0] = given.tokens!.split('+').map(Number);
  const [start = 0, end = 0] = given.time!.split('-').map(Number);
  return {
    spanId: 'aaaaaaaaaaaaaaaa',
    kind: 'inference',
    mark: { traceId, taskId: traceId, tagged: false, working: false, startedAt: '0' },
    key: { same: 0, alike: 7, teller: 2 * Number(given.teller), session: 0, fromMs: start, toMs: end },
    responseId: undefined,
    start: BigInt(start),
    end: BigInt(end),
    usage: usage(input, output),
    provider: 'openai',
    model: 'gpt-4o',
    flags: undefined,
    service: given.service!,
    gateway: given.gateway === 'yes',
  };
}

const ONE = { tokens: '10+2', time: '0-10', teller: '1', service: 'support', gateway: 'no' };

test.each(
  table(`
    what                       tokens  time   teller  service  gateway  alike
    another_dialect            10+2    1-9    2       support  no       yes
    the_same_dialect           10+2    1-9    1       support  no       no
    other_tokens               11+2    1-9    2       support  no       no
    one_after_the_other        10+2    10-20  2       support  no       no
    another_service            10+2    1-9    2       billing  no       no
    a_gateway_of_its_own       10+2    1-9    2       proxy    yes      yes
    a_gateway_of_other_tokens  10+3    1-9    2       proxy    yes      no
    a_gateway_afterwards       10+2    11-19  2       proxy    yes      no
  `),
)('$what: $alike', ({ alike, ...given }) => {
  const [one, other] = [sighting('one', ONE), sighting('other', given)];
  expect([isAlike(one, other), isAlike(other, one)]).toEqual([alike === 'yes', alike === 'yes']);
  expect(isAlike(one, { ...other, mark: one.mark })).toBe(false);
});
