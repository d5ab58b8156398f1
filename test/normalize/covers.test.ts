import { expect, test } from '@jest/globals';
import { FACT_KINDS, type FactKind } from '../../src/domain/fact.ts';
import { Coverage } from '../../src/normalize/covers.ts';

test.each<[string, FactKind, string | undefined, string | undefined]>([
  ['ai', 'workflow', undefined, 'run'],
  ['gen_ai', 'agent', undefined, 'run'],
  ['ai.other', 'workflow', undefined, undefined],
  ['agent_framework', 'agent', 'openai', 'run'],
  ['pydantic-ai', 'agent', undefined, 'run'],
  ['opentelemetry.instrumentation.crewai', 'agent', undefined, 'life'],
  ['openinference.instrumentation.smolagents', 'agent', undefined, 'life'],
  ['strands.telemetry.tracer', 'agent', undefined, 'life'],
  ['my-service', 'agent', 'strands-agents', 'life'],
  ['my-service', 'agent', 'openai', undefined],
  ['', 'agent', undefined, undefined],
])(
  'the usage of scope %j on a span of kind %s and provider %s covers %s',
  (scope, kind, provider, covers) => {
    const coverage = new Coverage();
    expect(coverage.of(scope, kind, provider)).toBe(covers);
    expect(coverage.of('other', kind, undefined)).toBeUndefined();
    expect(coverage.of(scope, kind, provider)).toBe(covers);
  },
);

test('only wrappers cover anything', () => {
  const covering = FACT_KINDS.filter(
    (kind) => new Coverage().of('pydantic-ai', kind, undefined) !== undefined,
  );
  expect(covering).toEqual(['agent', 'workflow']);
});
