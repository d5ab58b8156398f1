import { openDecoder } from '../../src/decode/decoder.ts';
import { FactWriter } from '../../src/domain/fact-writer.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { OpenTraces } from '../../src/ledger/open-traces.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import { leanCorpus } from './corpus.ts';
import type { Figure } from './row.ts';

const SPANS = 1_000_000;
const TASKS_PER_STEP = 2000;

/** What a span costs while it waits to be settled: index and record bytes, after a collection of garbage. */
export const memoryFigure: Figure = {
  name: 'memory',
  run: async () => {
    const vocabulary = new Vocabulary();
    const normalizer = openNormalizer({ vocabulary, naming: defaultNaming, nowMs: () => Date.now() });
    const decoder = openDecoder(vocabulary.freeze());
    const writer = new FactWriter();
    const traces = new OpenTraces({ graceMs: 1e9, quietMs: 1e9, interimMs: 1e9, spansMax: 1e9 });
    const before = held();
    for (let task = 0; traces.spans < SPANS; task += TASKS_PER_STEP) {
      for (const body of leanCorpus(TASKS_PER_STEP, task)) {
        writer.begin(1e12);
        decoder.protobuf(body, (span) => writer.add(span, normalizer.read(span)));
        traces.add(writer.finish(), String(task).padStart(12, '0'), 1e12);
      }
    }
    const bytes = (held() - before) / traces.spans;
    return [
      {
        figure: 'open trace memory, lean',
        measured: `${bytes.toFixed(0)} bytes a span held, ${(traces.spans / 1e6).toFixed(1)} M spans`,
        yardstick: '-',
        ratio: '-',
        target: '<= 100 bytes',
      },
    ];
  },
};

function held(): number {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('the bench runs with --expose-gc');
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
