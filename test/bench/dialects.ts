import { openDecoder } from '../../src/decode/decoder.ts';
import { FactWriter } from '../../src/domain/fact-writer.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import { BUILT_IN_UNITS } from '../../src/price/built-in-units.ts';
import { leanCorpusIn } from './corpus.ts';
import { type Figure, median, perSecond, type Row, rate, times } from './row.ts';
import { SPEECHES } from './speeches.ts';

const TASKS = 600;
const SPANS = TASKS * 17;
const ROUNDS = 5;
const ROUND_MS = 700;

/** decode + normalize + record of the same tasks, said in each of five dialects; GenAI is the yardstick. */
export const dialectsFigure: Figure = {
  name: 'dialects',
  run: async () => {
    // One reader for all of them, as in the service: the machine code is not made for one dialect alone.
    const read = openReader();
    const corpora = SPEECHES.map(([dialect, speech]) => ({ dialect, bodies: leanCorpusIn(speech, TASKS) }));
    for (const { bodies } of corpora) rate(SPANS, () => read(bodies), ROUND_MS);
    // Round by round through all, so that a machine that slows down slows all of them.
    const rounds = Array.from({ length: ROUNDS }, () =>
      corpora.map(({ bodies }) => rate(SPANS, () => read(bodies), ROUND_MS)),
    );
    return corpora.slice(1).map(({ dialect }, index) => rowOf(dialect, rounds, index + 1));
  },
};

function rowOf(dialect: string, rounds: readonly (readonly number[])[], at: number): Row {
  return {
    figure: `decode + normalize + record, lean in ${dialect}`,
    measured: perSecond(median(rounds.map((round) => round[at]!))),
    yardstick: `GenAI ${perSecond(median(rounds.map((round) => round[0]!)))}`,
    ratio: times(median(rounds.map((round) => round[at]! / round[0]!))),
    target: '>= 0.8x (25 % more time)',
  };
}

function openReader(): (bodies: readonly Uint8Array[]) => void {
  const vocabulary = new Vocabulary();
  const normalizer = openNormalizer({
    vocabulary,
    naming: defaultNaming,
    unitAttributes: BUILT_IN_UNITS.filter(({ attributes }) => attributes.length > 0),
    nowMs: () => Date.now(),
  });
  const decoder = openDecoder(vocabulary.freeze());
  const writer = new FactWriter();
  return (bodies) => {
    for (const body of bodies) {
      writer.begin(Date.now());
      decoder.protobuf(body, (span) => writer.add(span, normalizer.read(span)));
      if (writer.finish().length === 0) throw new Error('the bodies hold spans');
    }
  };
}
