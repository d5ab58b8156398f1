/**
 * What Solvent says about itself, declared as data: the registry, `docs/metrics.md` and the tests read this table.
 * Prometheus names are these names with `solvent_` before and, for counters, `_total` behind.
 *
 * The books balance when nothing is pending:
 * spans_received + spans_replayed = spans_refused + spans_edges + facts_new + facts_repeated + spans_pending.
 */
export const SELF_METRICS = {
  requests: {
    kind: 'counter',
    unit: '{request}',
    help: 'OTLP requests answered.',
    labels: ['transport', 'answer'],
  },
  request_bytes: {
    kind: 'counter',
    unit: 'By',
    help: 'Bytes of OTLP bodies, decompressed.',
    labels: ['transport'],
  },
  bytes_in_flight: { kind: 'gauge', unit: 'By', help: 'Bytes of OTLP bodies being worked on.', labels: [] },
  spans_received: {
    kind: 'counter',
    unit: '{span}',
    help: 'Spans in the requests that were taken.',
    labels: [],
  },
  spans_refused: {
    kind: 'counter',
    unit: '{span}',
    help: 'Spans left out of a taken request, for a bad id.',
    labels: [],
  },
  spans_replayed: {
    kind: 'counter',
    unit: '{span}',
    help: 'Spans read back from the journal: at the start, or of a replica that is gone.',
    labels: [],
  },
  spans_edges: {
    kind: 'counter',
    unit: '{span}',
    help: 'Settled spans that only hold the tree together.',
    labels: [],
  },
  spans_pending: {
    kind: 'gauge',
    unit: '{span}',
    help: 'Spans that are durable and not settled yet.',
    labels: [],
  },
  facts_new: {
    kind: 'counter',
    unit: '{span}',
    help: 'Settled spans with a meaning, seen for the first time.',
    labels: [],
  },
  facts_repeated: {
    kind: 'counter',
    unit: '{span}',
    help: 'Settled spans that were there already.',
    labels: [],
  },
  span_flags: { kind: 'counter', unit: '{span}', help: 'Spans with a doubt, by flag.', labels: ['flag'] },
  suppressed: {
    kind: 'counter',
    unit: '{span}',
    help: 'Spans whose usage or action was not counted, by rule.',
    labels: ['rule'],
  },
  wrapper_tokens_unattributed: {
    kind: 'counter',
    unit: '{token}',
    help: 'Tokens that wrappers report beyond all calls below them; not charged, since nobody knows what they are.',
    labels: ['token_class'],
  },
  charges: { kind: 'counter', unit: '{line}', help: 'Priced lines written.', labels: ['component'] },
  unpriced: { kind: 'counter', unit: '{line}', help: 'Lines without an amount.', labels: ['reason'] },
  charges_rolled_off: {
    kind: 'counter',
    unit: '{line}',
    help: 'Lines let go because they were older than charges_keep; tasks and sums stay.',
    labels: [],
  },
  spans_too_old: {
    kind: 'counter',
    unit: '{span}',
    help: 'Settled spans of traces whose lines rolled off, from before that: nobody can tell whether they were charged, so they are not; facts_repeated counts them too.',
    labels: [],
  },
  outcomes_reported: {
    kind: 'counter',
    unit: '{report}',
    help: 'Outcomes told by the API.',
    labels: ['outcome'],
  },
  journal_commits: { kind: 'counter', unit: '{commit}', help: 'Group commits of the journal.', labels: [] },
  journal_bytes: { kind: 'counter', unit: 'By', help: 'Bytes written to the journal.', labels: [] },
  journal_segments: {
    kind: 'gauge',
    unit: '{file}',
    help: 'Journal files on disk; or rows of it in the database.',
    labels: [],
  },
  journal_torn: { kind: 'counter', unit: '{record}', help: 'Torn records cut off at the start.', labels: [] },
  failing: {
    kind: 'gauge',
    unit: '{part}',
    help: 'One while the disk, or the database, takes no records of the journal, or no changes of the ledger.',
    labels: ['part'],
  },
  settle_runs: {
    kind: 'counter',
    unit: '{run}',
    help: 'Settle steps that had work: done, failed, or in conflict and begun anew, since another replica was there first.',
    labels: ['result'],
  },
  settle_traces: { kind: 'counter', unit: '{trace}', help: 'Traces settled.', labels: [] },
  settle_seconds: { kind: 'counter', unit: 's', help: 'Time spent settling.', labels: [] },
  series_folded: {
    kind: 'gauge',
    unit: '{series}',
    help: 'Series folded into __other__ at the last export.',
    labels: [],
  },
  price_reloads: {
    kind: 'counter',
    unit: '{reload}',
    help: 'Times that the price file was read while running; refused ones changed nothing.',
    labels: ['result'],
  },
  reported_cost_usd: {
    kind: 'counter',
    unit: '{USD}',
    help: 'What calls cost whose emitter said so, as traces are settled: as reported, and as computed beside it.',
    labels: ['provider', 'basis'],
  },
  repricings: {
    kind: 'counter',
    unit: '{run}',
    help: 'Re-pricings that ended or were paused, dry runs too.',
    labels: ['state'],
  },
  replicas: {
    kind: 'gauge',
    unit: '{replica}',
    help: 'Replicas that share the database, by whether their lease runs.',
    labels: ['state'],
  },
  keeps_house: {
    kind: 'gauge',
    unit: '{house}',
    help: 'Whether this replica does what one does for all: 1 or 0.',
    labels: [],
  },
  lease_renewals: {
    kind: 'counter',
    unit: '{renewal}',
    help: 'Renewals of the lease of this replica.',
    labels: ['result'],
  },
  takeovers: {
    kind: 'counter',
    unit: '{takeover}',
    help: 'Replicas whose journal this one took over after their lease had ended.',
    labels: [],
  },
  price_table_age_seconds: {
    kind: 'gauge',
    unit: 's',
    help: 'Age of the bundled price snapshot.',
    labels: [],
  },
} as const satisfies Record<string, SelfMetric>;

export interface SelfMetric {
  readonly kind: 'counter' | 'gauge';
  readonly unit: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export type SelfMetricName = keyof typeof SELF_METRICS;
type NamesOf<K> = {
  [N in SelfMetricName]: (typeof SELF_METRICS)[N]['kind'] extends K ? N : never;
}[SelfMetricName];
export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
/** A label nobody declared does not compile. */
export type LabelsOf<N extends SelfMetricName> = {
  readonly [L in (typeof SELF_METRICS)[N]['labels'][number]]: string;
};

/** How a room tells what it did. Rooms get it as an argument; nobody builds instruments in a constructor. */
export type Count = <N extends CounterName>(name: N, by: number, labels: LabelsOf<N>) => void;
/** Sets a gauge to a value. */
export type Measure = <N extends GaugeName>(name: N, value: number, labels: LabelsOf<N>) => void;

/** One series as the registry holds it and the export shows it. */
export interface SelfSeries {
  readonly name: SelfMetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
