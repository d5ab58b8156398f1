import type { EconomicsQuery } from '../../domain/ledger-reads.ts';
import { timeFitting } from './range.ts';

type Span = Pick<EconomicsQuery, 'from' | 'to'>;

/**
 * Stretches of time that meet and do not overlap, so that windows which overlap (the last hour, the last day) are read in
 * one go and each task once: a window is some of them, one after the other.
 */
export interface Bands {
  /** Where they begin and end, rising; within 64 bits. */
  readonly edges: readonly bigint[];
  /** The places of the windows that hold all of a band; by the place of the band, which is that of its first edge. */
  readonly windows: readonly (readonly number[])[];
}

export function bandsOf(windows: readonly Span[]): Bands {
  const spans = windows.map(({ from, to }) => ({ from: timeFitting(from), to: timeFitting(to) }));
  const edges = [...new Set(spans.flatMap(({ from, to }) => (from < to ? [from, to] : [])))].sort((a, b) =>
    a < b ? -1 : 1,
  );
  const holding = (band: bigint) =>
    spans.flatMap(({ from, to }, place) => (from <= band && band < to ? [place] : []));
  return { edges, windows: edges.slice(0, -1).map(holding) };
}
