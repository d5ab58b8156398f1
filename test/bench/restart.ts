import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openDecoder } from '../../src/decode/decoder.ts';
import { FactWriter } from '../../src/domain/fact-writer.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { openJournal } from '../../src/ledger/journal.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import { leanCorpus } from './corpus.ts';
import type { Figure } from './row.ts';
import { serve } from './start.ts';

const SPANS = 1_000_000;
const TASKS_PER_STEP = 2000;

/** `solvent serve` over a journal of a million unsettled spans: time to its ready line. */
export const restartFigure: Figure = {
  name: 'restart',
  run: async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'solvent-bench-'));
    try {
      const spans = await fillJournal(dataDir);
      const started = performance.now();
      const child = serve(dataDir);
      await once(createInterface({ input: child.stdout! }), 'line');
      const seconds = (performance.now() - started) / 1000;
      child.kill('SIGKILL');
      await once(child, 'exit');
      return [
        {
          figure: `restart with ${(spans / 1e6).toFixed(1)} M spans in the journal`,
          measured: `${seconds.toFixed(2)} s to ready`,
          yardstick: '-',
          ratio: '-',
          target: '<= 5 s',
        },
      ];
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

async function fillJournal(dataDir: string): Promise<number> {
  const vocabulary = new Vocabulary();
  const normalizer = openNormalizer({ vocabulary, naming: defaultNaming, nowMs: () => Date.now() });
  const decoder = openDecoder(vocabulary.freeze());
  const writer = new FactWriter();
  const journal = await openJournal({ dir: join(dataDir, 'journal') });
  let spans = 0;
  for (let task = 0; spans < SPANS; task += TASKS_PER_STEP) {
    for (const body of leanCorpus(TASKS_PER_STEP, task)) {
      writer.begin(Date.now());
      decoder.protobuf(body, (span) => writer.add(span, normalizer.read(span)));
      spans += writer.count;
      await journal.append(writer.finish());
    }
  }
  await journal.close();
  return spans;
}
