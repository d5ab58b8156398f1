import protobuf from 'protobufjs';
import { openDecoder } from '../../src/decode/decoder.ts';
import { FactWriter } from '../../src/domain/fact-writer.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import { BUILT_IN_UNITS } from '../../src/price/built-in-units.ts';
import { fatCorpus, leanCorpus } from './corpus.ts';
import { type Figure, median, perSecond, type Row, rate, times } from './row.ts';

const TASKS = 600;
const SPANS = TASKS * 17;
const ROUNDS = 3;

const root = await protobuf.load(new URL('../../proto/otlp_subset.proto', import.meta.url).pathname);
const request = root.lookupType('solvent.otlp.ExportTraceServiceRequest');

/** decode + normalize, and the record that goes to the journal, against a full protobufjs decode of the same bodies. */
export const decodeFigure: Figure = {
  name: 'decode',
  run: async () => [compare('lean', leanCorpus(TASKS)), compare('fat', fatCorpus(TASKS))],
};

function compare(corpus: string, bodies: readonly Uint8Array[]): Row {
  const vocabulary = new Vocabulary();
  const normalizer = openNormalizer({
    vocabulary,
    naming: defaultNaming,
    unitAttributes: BUILT_IN_UNITS.filter(({ attributes }) => attributes.length > 0),
    nowMs: () => Date.now(),
  });
  const decoder = openDecoder(vocabulary.freeze());
  const writer = new FactWriter();
  let kinds = 0;
  const ours = () => {
    for (const body of bodies) {
      decoder.protobuf(body, (span) => {
        if (normalizer.read(span).kind !== 'edge') kinds += 1;
      });
    }
  };
  const written = () => {
    for (const body of bodies) {
      writer.begin(Date.now());
      decoder.protobuf(body, (span) => writer.add(span, normalizer.read(span)));
      kinds += writer.finish().length;
    }
  };
  const full = () => {
    for (const body of bodies)
      kinds += (request.decode(body) as unknown as { resourceSpans: unknown[] }).resourceSpans.length;
  };
  const rounds = Array.from({ length: ROUNDS }, () => ({
    ours: rate(SPANS, ours),
    written: rate(SPANS, written),
    full: rate(SPANS, full),
  }));
  if (kinds === 0) throw new Error('the bodies hold spans with a meaning');
  const [mine, record, theirs] = [
    median(rounds.map((round) => round.ours)),
    median(rounds.map((round) => round.written)),
    median(rounds.map((round) => round.full)),
  ];
  return {
    figure: `decode + normalize, protobuf, ${corpus}`,
    measured: `${perSecond(mine)} a core (with its record ${perSecond(record)})`,
    yardstick: `protobufjs decode ${perSecond(theirs)}`,
    ratio: times(median(rounds.map((round) => round.ours / round.full))),
    target: '>= 3x',
  };
}
