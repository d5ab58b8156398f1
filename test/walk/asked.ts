import { beforeAll } from '@jest/globals';
import { type House, house } from '../support/house.ts';
import { agentSpan, chatSpan, toolSpan, WALK_PRICES } from '../support/spans.ts';

/** A house with five closed tasks and an open one, for questions to its API. */
export function askedHouse(): () => House {
  const at = house({
    prices: WALK_PRICES,
    settings: { SOLVENT_DIMENSIONS: '[{name: team, from: [team]}, {name: region, from: [region]}]' },
  });

  /** id, agent, task type, team, root's start and end, output tokens of `mini` (each $0.00001) */
  const TASKS = [
    ['t-1', 'red', 'quick', 'core', 0, 10, 100],
    ['t-2', 'red', 'quick', 'core', 20, 30, 300],
    ['t-3', 'red', 'slow', 'edge', 10, 40, 200],
    ['t-4', 'blue', 'slow', 'edge', 5, 50, 700],
    ['t-5', 'blue', 'slow', '', 50, 60, 400],
  ] as const;

  beforeAll(async () => {
    for (const [id, agent, type, team, start, end, output] of TASKS) {
      const trace = `70${id.slice(2)}`;
      const said = {
        'agent.session.id': id,
        'agent.type': agent,
        'agent.task.type': type,
        ...(team !== '' && { team }),
      };
      await at().send([
        agentSpan({ trace, span: 'a', start, end, error: id === 't-3' }, said),
        chatSpan({ trace, span: 'b', parent: 'a', start }, { input: 0, output }),
        ...(id === 't-5'
          ? [chatSpan({ trace, span: 'c', parent: 'a', start }, { input: 1000, output: 0 }, GPT)]
          : []),
      ]);
    }
    await at().send([
      chatSpan(
        { trace: '7100', span: 'b', parent: 'a', start: 100 },
        {},
        { 'agent.session.id': 't-open', 'agent.type': 'red' },
      ),
      toolSpan({ trace: '7100', span: 'c', parent: 'a', start: 101 }, 'nothing'),
    ]);
    await at().pass(15_000);
  });

  return at;
}

const GPT = { 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o' };
