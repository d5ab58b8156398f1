/**
 * **Goal**: the bench of dialects compares like with like. **Method**: the lean corpus in the words of each is decoded
 * and read, and says the same of its tasks: calls, tokens by class, tools, queries, sessions.
 */
import { expect, test } from '@jest/globals';
import { openDecoder } from '../../src/decode/decoder.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import { corpusTruth, leanCorpusIn } from '../bench/corpus.ts';
import type { Speech } from '../bench/speech.ts';
import { SPEECHES } from '../bench/speeches.ts';

const TASKS = 20;

function heard(speech: Speech) {
  const vocabulary = new Vocabulary();
  const normalizer = openNormalizer({ vocabulary, naming: defaultNaming, nowMs: () => Date.now() });
  const decoder = openDecoder(vocabulary.freeze());
  const sums = {
    spans: 0,
    modelCalls: 0,
    toolCalls: 0,
    vectorQueries: 0,
    inputTokens: 0,
    cacheReadTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
  };
  const [sessions, models] = [new Set<string>(), new Set<string>()];
  for (const body of leanCorpusIn(speech, TASKS))
    decoder.protobuf(body, (span) => {
      const { kind, usage, identity, model } = normalizer.read(span);
      sums.spans += 1;
      sums.modelCalls += kind === 'inference' ? 1 : 0;
      sums.toolCalls += kind === 'tool' ? 1 : 0;
      sums.vectorQueries += kind === 'vector' ? 1 : 0;
      sums.inputTokens += usage?.input ?? 0;
      sums.cacheReadTokens += usage?.cacheRead ?? 0;
      sums.outputTokens += usage?.output ?? 0;
      sums.reasoningTokens += usage?.reasoning ?? 0;
      const session = identity?.session ?? identity?.dialectSession;
      if (session !== undefined) sessions.add(session);
      if (model !== undefined) models.add(model);
    });
  return { ...sums, tasks: sessions.size, models: models.size };
}

test.each(SPEECHES)('%s', (_dialect, speech) => {
  expect(heard(speech)).toEqual({ ...corpusTruth(TASKS), models: 4 });
});
