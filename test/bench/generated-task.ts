import type { Fact, Identity } from '../../src/domain/fact.ts';
import type { OutcomeReport } from '../../src/domain/task.ts';
import { NO_USAGE } from '../../src/domain/usage.ts';
import type { Dice } from './random.ts';

/** Providers and models as the bundled price list has them; the last one nobody has a price for. */
const MODELS: readonly (readonly [provider: string, model: string])[] = [
  ['openai', 'gpt-4o'],
  ['openai', 'gpt-4o-mini'],
  ['anthropic', 'claude-sonnet-4-5'],
  ['openai', 'gpt-4.1'],
  ['anthropic', 'claude-3-5-haiku-latest'],
  ['google', 'gemini-2.5-flash'],
  ['openai', 'o3'],
  ['anthropic', 'claude-opus-4-1'],
  ['google', 'gemini-2.5-pro'],
  ['openai', 'gpt-4.1-mini'],
  ['mistral', 'mistral-large-latest'],
  ['deepseek', 'deepseek-chat'],
  ['openai', 'gpt-5'],
  ['openai', 'gpt-5-mini'],
  ['x-ai', 'grok-4-0709'],
  ['groq', 'llama-3.3-70b-versatile'],
  ['openai', 'house-model-of-nobody'],
];
const named = (count: number, name: string): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
const AGENT_TYPES = [...named(16, 'support'), ...named(4, 'watch')];
const TASK_TYPES = named(8, 'ticket');
const TOOLS = named(40, 'tool');
const VERSIONS = named(30, 'v');
const TEAMS = named(15, 'team');
const USERS = 50_000;

/** Agents of these types are told how their tasks ended, by `POST /outcomes`; some never are. */
export const TOLD = 'watch-*';
/** Tasks of this type that fail cost a human ten dollars. */
export const ESCALATED = 'ticket-1';

export interface GeneratedTask {
  readonly facts: readonly Fact[];
  readonly reports: readonly OutcomeReport[];
}

/** A task that ended at `endMs`, with about as many charge lines as are wanted: three a model call, one a tool. */
export function generateTask(dice: Dice, endMs: number, lines: number): GeneratedTask {
  const taskId = `session-${dice.hex(20)}`;
  const agent = dice.skewed([...AGENT_TYPES.keys()]);
  const agentType = AGENT_TYPES[agent]!;
  // An agent works for two teams, on three types of tasks, with eight tools.
  const identity: Identity = {
    session: taskId,
    agentType,
    taskType: ownOf(TASK_TYPES, agent, dice.skewed([0, 1, 2])),
    promptVersion: dice.skewed(VERSIONS),
    user: `user-${dice.below(USERS)}`,
    dimensions: [ownOf(TEAMS, agent, dice.skewed([0, 1]))],
  };
  const tools = [0, 1, 2, 3, 4, 5, 6, 7].map((tool) => ownOf(TOOLS, agent * 5, tool));
  const traces = dice.next() < 0.1 && lines >= 8 ? 2 : 1;
  const facts: Fact[] = [];
  for (let trace = 0; trace < traces; trace += 1) {
    const share = trace === 0 ? Math.ceil(lines / traces) : Math.floor(lines / traces);
    facts.push(...generateTrace(dice, endMs - (traces - 1 - trace) * 60_000, share, { identity, tools }));
  }
  return { facts, reports: reportsOf(dice, taskId, agentType, endMs) };
}

interface Work {
  readonly identity: Identity;
  readonly tools: readonly string[];
}

const ownOf = (names: readonly string[], agent: number, which: number): string =>
  names[(agent + which) % names.length]!;

function generateTrace(dice: Dice, endMs: number, lines: number, { identity, tools }: Work): Fact[] {
  const traceId = dice.hex(32);
  const startMs = endMs - 2000 - dice.below(120_000);
  const between = (from: number, to: number) =>
    BigInt(from + dice.below(Math.max(1, to - from))) * 1_000_000n;
  const common = {
    traceId,
    remoteParent: false,
    error: false,
    receivedAt: endMs + dice.below(2000),
    context: {},
  };
  const rootId = dice.hex(16);
  const root: Fact = {
    ...common,
    spanId: rootId,
    parentId: '',
    start: BigInt(startMs) * 1_000_000n,
    end: BigInt(endMs) * 1_000_000n + BigInt(dice.below(1_000_000)),
    error: dice.next() < 0.2,
    kind: 'agent',
    dialect: 'gen-ai',
    identity,
  };
  const calls = Math.floor((lines * 0.85) / 3);
  const facts = [root];
  for (let index = 0; index < calls; index += 1) {
    const start = between(startMs, endMs - 1000);
    facts.push({ ...callOf(dice), ...common, ...within(dice, rootId, start) });
  }
  for (let index = calls * 3; index < lines; index += 1) {
    const start = between(startMs, endMs - 1000);
    const error = dice.next() < 0.05;
    const tool = dice.skewed(tools);
    facts.push({ ...common, ...within(dice, rootId, start), error, kind: 'tool', dialect: 'gen-ai', tool });
  }
  return facts;
}

const within = (dice: Dice, parentId: string, start: bigint) => ({
  spanId: dice.hex(16),
  parentId,
  start,
  end: start + BigInt(1_000_000 + dice.below(900_000_000)),
});

function callOf(dice: Dice): Pick<Fact, 'kind' | 'dialect' | 'provider' | 'model' | 'responseId' | 'usage'> {
  // Mostly one of a few models; one in two hundred calls has no price.
  const [provider, model] = dice.next() < 0.005 ? MODELS.at(-1)! : dice.skewed(MODELS.slice(0, -1));
  const input = 200 + dice.below(20_000);
  return {
    kind: 'inference',
    dialect: 'gen-ai',
    provider,
    model,
    responseId: `resp-${dice.hex(24)}`,
    usage: { ...NO_USAGE, input, cacheRead: dice.below(input - 100) + 1, output: 20 + dice.below(2000) },
  };
}

/** One task in ten is told of; of those that only people close, two of three. */
function reportsOf(dice: Dice, taskId: string, agentType: string, endMs: number): readonly OutcomeReport[] {
  const told = dice.next() < (agentType.startsWith('watch') ? 0.67 : 0.1);
  if (!told) return [];
  const outcome = dice.skewed(['solved', 'failed', 'abandoned'] as const);
  const at = BigInt(endMs + dice.below(600_000)) * 1_000_000n;
  return [
    { taskId, outcome, at, remediation: undefined, value: undefined, source: 'crm', key: dice.hex(16) },
  ];
}
