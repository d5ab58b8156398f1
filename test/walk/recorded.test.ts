/**
 * **Goal**: what real emitters send is charged as the provider billed it.
 * **Method**: test/golden holds bodies recorded from emitters against a mock provider, each with what the mock
 * billed (truth.json). They walk from bytes to uses; what an emitter does not report is listed as lost there, and
 * nothing else may be missing, doubled or made up.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openDecoder } from '../../src/decode/decoder.ts';
import { CALL_DOUBTS } from '../../src/domain/fact.ts';
import { FactReader } from '../../src/domain/fact-reader.ts';
import { FactWriter } from '../../src/domain/fact-writer.ts';
import type { Usage } from '../../src/domain/usage.ts';
import type { Untangled, Use } from '../../src/domain/use.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import { untangle } from '../../src/untangle/untangle.ts';

/** One call as the mock billed it: input and output are inclusive totals. */
interface Billed {
  readonly api: string;
  readonly model: string;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite?: number;
  readonly output: number;
  readonly reasoning: number;
  /** What the emitter does not report: these classes, or any usage at all. */
  readonly lost?: 'usage' | readonly ('cacheRead' | 'reasoning')[];
}
interface Truth {
  readonly session: string;
  /** Where the emitter names the agent. */
  readonly agentType?: string;
  readonly calls: readonly Billed[];
  readonly tools?: readonly string[];
  readonly vectors?: readonly string[];
  readonly units?: readonly { readonly unit: string; readonly quantity: string }[];
  readonly suppressed?: readonly string[];
}

const ROOT = join(import.meta.dirname, '..', 'golden');
const CASES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((path) => basename(path) === 'truth.json')
  // Those that name a program of test/interop walk through the whole house there.
  .filter((path) => !('emitter' in JSON.parse(readFileSync(join(ROOT, path), 'utf8'))))
  .map(dirname)
  .sort();
const NOW = Date.parse('2026-12-01T00:00:00Z');

/** Bytes -> spans -> facts -> a record -> facts -> uses, as the floor plan has it. */
function walk(body: Uint8Array): Untangled {
  const vocabulary = new Vocabulary();
  const normalizer = openNormalizer({ vocabulary, naming: defaultNaming, nowMs: () => NOW });
  const decoder = openDecoder(vocabulary.freeze());
  const writer = new FactWriter();
  writer.begin(NOW);
  const decoded = decoder.json(body, (span) => writer.add(span, normalizer.read(span)));
  expect(decoded).toMatchObject({ kind: 'decoded', rejected: 0 });
  return untangle([...new FactReader(writer.finish()).facts()]);
}

const row = (model: string, usage: Partial<Usage> | undefined) =>
  usage === undefined
    ? `${model}: no usage`
    : `${model}: ${usage.input} (${usage.cacheRead} read, ${(usage.cacheWrite5m ?? 0) + (usage.cacheWrite1h ?? 0)} written) + ${usage.output} (${usage.reasoning} thought)`;

function billedRow({
  model,
  input,
  cacheRead,
  cacheWrite = 0,
  output,
  reasoning,
  lost = [],
}: Billed): string {
  if (lost === 'usage') return row(model, undefined);
  return row(model, {
    input,
    cacheRead: lost.includes('cacheRead') ? 0 : cacheRead,
    cacheWrite5m: cacheWrite,
    output,
    reasoning: lost.includes('reasoning') ? 0 : reasoning,
  });
}

/** An emitter that loses the response may know only the requested model: the shorter name is enough. */
const family = (model: string | undefined) => (model ?? 'none').replace(/-\d{4}-?\d\d-?\d\d$/, '');

const isCall = (use: Use) => 'usage' in use;
const sortedTools = (uses: readonly Use[], kind: Use['kind']) =>
  uses
    .filter((use) => use.kind === kind)
    .map((use) => use.fact.tool ?? 'none')
    .sort();

describe.each(CASES)('%s', (name) => {
  const truth = JSON.parse(readFileSync(join(ROOT, name, 'truth.json'), 'utf8')) as Truth;
  const { uses, claims } = walk(readFileSync(join(ROOT, name, 'span.json')));

  test('every call once, with the tokens that were billed', () => {
    const told = uses.filter(isCall).map((use) => row(family(use.fact.model), use.usage));
    const billed = truth.calls.map((call) => billedRow({ ...call, model: family(call.model) }));
    expect(told.sort()).toEqual(billed.sort());
    // Which emitter is blind for what, test/interop tests.
    expect(uses.flatMap((use) => use.fact.flags ?? []).filter((flag) => !CALL_DOUBTS.includes(flag))).toEqual(
      [],
    );
  });

  test('every action and query once, with its units', () => {
    expect(sortedTools(uses, 'tool')).toEqual(truth.tools ?? []);
    expect(sortedTools(uses, 'vector')).toEqual(truth.vectors ?? []);
    expect(uses.flatMap((use) => ('units' in use ? use.units : []))).toEqual(truth.units ?? []);
  });

  test('one task, of the session and the agent that were named', () => {
    expect(claims).toHaveLength(1);
    expect(claims[0]).toMatchObject({ taskId: truth.session, agentType: truth.agentType ?? 'recording' });
    expect(claims[0]!.suppressed.map(({ rule }) => rule).sort()).toEqual(truth.suppressed ?? []);
  });
});
