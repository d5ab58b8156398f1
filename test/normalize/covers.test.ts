import { expect, test } from '@jest/globals';
import { FACT_KINDS, type FactKind } from '../../src/domain/fact.ts';
import { Coverage } from '../../src/normalize/covers.ts';

test.each<[string, FactKind, string | undefined]>([
  ['ai', 'workflow', 'run'],
  ['gen_ai', 'agent', 'run'],
  ['ai.other', 'workflow', undefined],
  ['agent_framework', 'agent', 'run'],
  ['pydantic-ai', 'agent', 'run'],
  ['opentelemetry.instrumentation.crewai', 'agent', 'life'],
  ['openinference.instrumentation.smolagents', 'agent', 'life'],
  ['strands.telemetry.tracer', 'agent', 'life'],
  ['my-service', 'agent', undefined],
  ['', 'agent', undefined],
])('the usage of scope %j on a span of kind %s covers %s', (scope, kind, covers) => {
  const coverage = new Coverage();
  expect(coverage.of(scope, kind)).toBe(covers);
  expect(coverage.of('other', kind)).toBeUndefined();
  expect(coverage.of(scope, kind)).toBe(covers);
});

test('only wrappers cover anything', () => {
  const covering = FACT_KINDS.filter((kind) => new Coverage().of('pydantic-ai', kind) !== undefined);
  expect(covering).toEqual(['agent', 'workflow']);
});
