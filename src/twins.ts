import type { Ledger, TraceState } from './domain/ledger.ts';
import type { Ruling, Sighting, Verdict } from './domain/twins.ts';
import { readSkeleton } from './ledger/skeleton.ts';
import { isLinked, rulingsOf } from './untangle/kin.ts';
import { untangle } from './untangle/untangle.ts';

/** Rounds of looking for what is linked to what was found last. Two are usual: one that finds, one that finds no more. */
const ROUNDS_MAX = 64;
/** Further traces that are looked at in one step; past it what is linked to them stays as it was. */
const TRACES_MAX = 5000;

export interface TwinSearch {
  /** By trace that is being settled, what it shows. */
  readonly sighted: ReadonlyMap<string, readonly Sighting[]>;
  /** What is kept of those of them that were settled before. */
  readonly known: ReadonlyMap<string, TraceState>;
  readonly ledger: Pick<Ledger, 'kin' | 'traces'>;
  /** Also calls that have no id in common; see `rulingsOf`. */
  readonly suspect: boolean;
}

export interface TwinAnswer {
  /** Verdicts that change anything: of traces being settled those that are not empty, of others those that are new. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** What is kept of the other traces among them. */
  readonly kin: ReadonlyMap<string, TraceState>;
}

/**
 * Which calls of these traces other traces show too, and what that changes about either.
 *
 * **Invariant**: after each step the verdict of every kept trace is what `rulingsOf` says of all sightings that are
 * kept. So a step must look at everything that is linked to what it brings, and to what it takes away: the traces
 * that a verdict names are looked at again with it. What was ruled with a trace that was let go since stands.
 *
 * Without twins this is one question to the ledger, which has the answer "none".
 */
export async function findTwins(search: TwinSearch): Promise<TwinAnswer> {
  const { sighted, known, ledger, suspect } = search;
  const world = new World(search);
  let news = [...sighted.values()].flat();
  for (const one of await world.load(partnersOf(known))) news.push(...one);
  for (let round = 0; news.length > 0 && round < ROUNDS_MAX; round += 1) {
    world.explored(news);
    const ids = await ledger.kin(news.map(({ key }) => key));
    await world.load(ids);
    news = world.linkedTo(news);
  }
  return world.answer(rulingsOf(world.all(), suspect));
}

/** The other traces that the verdicts of traces being settled name. */
const partnersOf = (known: ReadonlyMap<string, TraceState>): string[] =>
  [...known.values()].flatMap(({ verdict }) => verdict.flatMap(({ others }) => others));

interface Neighbour {
  readonly state: TraceState;
  readonly sightings: readonly Sighting[];
}

/** The traces being settled, and those that are looked at because of them. */
class World {
  readonly #search: TwinSearch;
  readonly #neighbours = new Map<string, Neighbour>();
  /** Asked for and let go, or never kept. */
  readonly #gone = new Set<string>();
  readonly #explored = new Set<Sighting>();

  constructor(search: TwinSearch) {
    this.#search = search;
  }

  /** Takes in what is kept of these traces; returns, of each, what its verdict says of a trace being settled. */
  async load(traceIds: readonly string[]): Promise<readonly (readonly Sighting[])[]> {
    const { sighted, ledger } = this.#search;
    const unseen = [...new Set(traceIds)].filter(
      (id) => !sighted.has(id) && !this.#neighbours.has(id) && !this.#gone.has(id),
    );
    if (unseen.length === 0 || this.#neighbours.size > TRACES_MAX) return [];
    const states = await ledger.traces(unseen);
    const concerned: (readonly Sighting[])[] = [];
    for (const id of unseen) {
      const state = states.get(id);
      if (state === undefined || state.skeleton.length === 0) {
        this.#gone.add(id);
        continue;
      }
      const { sightings } = untangle(readSkeleton(state.skeleton));
      this.#neighbours.set(id, { state, sightings });
      const named = new Set(
        state.verdict.filter(({ others }) => others.some((other) => sighted.has(other))).map(nameOf),
      );
      if (named.size > 0) concerned.push(sightings.filter((one) => named.has(nameOf(one))));
    }
    return concerned;
  }

  explored(sightings: readonly Sighting[]): void {
    for (const one of sightings) this.#explored.add(one);
  }

  all(): Sighting[] {
    return [...this.#explored];
  }

  /** What was taken in, not yet explored, and is linked to any of these. */
  linkedTo(news: readonly Sighting[]): Sighting[] {
    const found: Sighting[] = [];
    if (this.#neighbours.size === 0) return found;
    const same = bucketsOf(news, ({ key }) => key.same);
    const alike = bucketsOf(news, ({ key }) => key.alike);
    for (const { sightings } of this.#neighbours.values()) {
      for (const one of sightings) {
        if (this.#explored.has(one)) continue;
        const others = [...(same.get(one.key.same) ?? []), ...(alike.get(one.key.alike) ?? [])];
        if (others.some((other) => isLinked(one, other))) found.push(one);
      }
    }
    return found;
  }

  answer(rulings: ReadonlyMap<string, readonly Ruling[]>): TwinAnswer {
    const { sighted, known } = this.#search;
    const verdicts = new Map<string, Verdict>();
    const kin = new Map<string, TraceState>();
    for (const [traceId, sightings] of sighted) {
      const before = known.get(traceId)?.verdict ?? [];
      const verdict = this.#verdictOf({ rulings: rulings.get(traceId) ?? [], before, sightings });
      if (verdict.length > 0) verdicts.set(traceId, verdict);
    }
    for (const [traceId, { state, sightings }] of this.#neighbours) {
      const before = state.verdict;
      const verdict = this.#verdictOf({ rulings: rulings.get(traceId) ?? [], before, sightings });
      if (JSON.stringify(verdict) === JSON.stringify(before)) continue;
      verdicts.set(traceId, verdict);
      kin.set(traceId, state);
    }
    return { verdicts, kin };
  }

  /** New rulings; and of those before what was not looked at, or was ruled with a trace that is gone. */
  #verdictOf(of: {
    readonly rulings: readonly Ruling[];
    readonly before: Verdict;
    readonly sightings: readonly Sighting[];
  }): Verdict {
    if (of.rulings.length + of.before.length === 0) return of.before;
    const ruled = new Set(of.rulings.map(nameOf));
    const shown = new Map(of.sightings.map((one) => [nameOf(one), one]));
    const standing = of.before.filter((ruling) => {
      const sighting = shown.get(nameOf(ruling));
      if (sighting === undefined || ruled.has(nameOf(ruling))) return false;
      return !this.#explored.has(sighting) || ruling.others.some((other) => this.#gone.has(other));
    });
    return [...of.rulings, ...standing].sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
  }
}

const nameOf = ({ spanId, kind }: Pick<Ruling, 'spanId' | 'kind'>): string => `${spanId} ${kind}`;

function bucketsOf(
  sightings: readonly Sighting[],
  numberOf: (one: Sighting) => number,
): ReadonlyMap<number, readonly Sighting[]> {
  const buckets = new Map<number, Sighting[]>();
  for (const one of sightings) {
    const number = numberOf(one);
    if (number === 0) continue;
    const known = buckets.get(number);
    if (known === undefined) buckets.set(number, [one]);
    else known.push(one);
  }
  return buckets;
}
