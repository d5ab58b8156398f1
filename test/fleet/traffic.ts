import { createHash } from 'node:crypto';
import type { ServiceProcess } from '../crash/process.ts';
import { send, type TestSpan } from '../support/send.ts';

/** Dice of its own, so that a run can be told by its seed. */
export function diceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export interface Request {
  readonly spans: readonly TestSpan[];
  readonly trace: string;
}

const TRACES = 2;
/** Costs that no float could add up: a lost or doubled span shows in the last digits. */
const PICO = 1_000_000_000_001n;
/** Stated costs of a trace, and thousandths of a dollar for its one call of 2,000 tokens in two traces. */
const STATED = 3n;

/** What one task costs, in picodollars: each trace states three costs; a call that both traces show is one. */
export const COST_OF_TASK = BigInt(TRACES) * STATED * PICO + 2_000_000_000n;

/** As the API writes money. */
export const dollarsOf = (pico: bigint): string =>
  `${pico / 10n ** 12n}.${(pico % 10n ** 12n).toString().padStart(12, '0').replace(/0+$/, '')}`;

export const FLEET_PRICES = `
version: 1
table: {id: fleet, currency: USD, as_of: 2026-11-01}
prices:
  - {id: acme/mini, provider: acme, match: {exact: [mini]}, usd: {input: "1", output: "1"}}
`;

/** One task in two traces of one session, as requests of one or two spans each; both traces show one and the same call. */
export function requestsOf(task: string): Request[] {
  return Array.from({ length: TRACES }, (_, index) => {
    const trace = createHash('md5').update(`${task} ${index}`).digest('hex');
    const session = { 'agent.session.id': task, 'agent.type': 'fleet-test' };
    const stated = (span: string): TestSpan => ({
      trace,
      span,
      parent: '1',
      start: 1,
      end: 2,
      attributes: { ...session, 'agent.cost.usd': '1.000000000001' },
    });
    const root: TestSpan = {
      trace,
      span: '1',
      end: 9,
      attributes: { ...session, 'gen_ai.operation.name': 'invoke_agent' },
    };
    const call: TestSpan = {
      trace,
      span: '5',
      parent: '1',
      start: 3,
      end: 4,
      attributes: {
        ...session,
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'acme',
        'gen_ai.request.model': 'mini',
        'gen_ai.response.id': `response of ${task}`,
        'gen_ai.usage.input_tokens': 1500,
        'gen_ai.usage.output_tokens': 500,
      },
    };
    return [[root], [stated('2'), stated('3')], [stated('4')], [call]].map((spans) => ({ spans, trace }));
  }).flat();
}

/** Sends until somebody acks: to `choose`, and where that fails to whom it chooses then. */
export async function sendUntilAcked({ spans }: Request, choose: () => ServiceProcess): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const status = await send(choose(), spans).catch(() => 0);
    if (status === 200) return;
    if (status === 400 || tries > 2000) throw new Error(`a request was answered ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Where a load balancer by trace id sends a trace, among those that it knows. */
export const byTrace = <T>(trace: string, members: readonly T[]): T =>
  members[Number.parseInt(trace.slice(0, 8), 16) % members.length]!;
