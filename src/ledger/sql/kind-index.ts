import type { ChargeKind } from '../../domain/charge-line.ts';
import { kindOf, kindText } from './charge-kind.ts';
import { type KindNumbers, NO_KIND } from './dictionaries.ts';

/** Kinds of one model or resource that are compared before a text is made. */
const NEAR_MAX = 16;

/** The kinds of charges of a dictionary and their numbers, both ways, in memory. */
export class KindIndex implements KindNumbers {
  readonly #ids = new Map<string, number>();
  readonly #kinds: ChargeKind[] = [];
  /** Kinds met lately, by model or else resource: the next charge is most likely one of them, and comparing them makes no text. */
  readonly #near = new Map<string, Near[]>();

  /** How many numbers are given; the next new kind gets this one. */
  get size(): number {
    return this.#kinds.length;
  }

  /** `text` is what `kindText` makes of a kind. */
  learn(id: number, text: string): void {
    this.#kinds[id] = kindOf(text);
    this.#ids.set(text, id);
  }

  forget(): void {
    this.#kinds.length = 0;
    this.#ids.clear();
    this.#near.clear();
  }

  find(charge: ChargeKind): number | undefined {
    const name = charge.model === '' ? charge.resource : charge.model;
    const near = this.#near.get(name) ?? [];
    for (const { kind, id } of near) if (isSame(kind, charge)) return id;
    const id = this.#ids.get(kindText(charge));
    if (id === undefined) return undefined;
    if (near.length === 0) this.#near.set(name, near);
    else if (near.length === NEAR_MAX) near.shift();
    near.push({ kind: this.#kinds[id]!, id });
    return id;
  }

  at(id: number): ChargeKind {
    return this.#kinds[id]!;
  }

  listWhere(test: (kind: ChargeKind) => boolean): string {
    const ids = [...this.#kinds.keys()].filter((id) => test(this.#kinds[id]!));
    return ids.length === 0 ? NO_KIND : ids.join(', ');
  }
}

interface Near {
  readonly kind: ChargeKind;
  readonly id: number;
}

/** What differs most often first. */
const isSame = (left: ChargeKind, right: ChargeKind): boolean =>
  left.class === right.class &&
  left.model === right.model &&
  left.resource === right.resource &&
  left.rate === right.rate &&
  left.priceId === right.priceId &&
  left.component === right.component &&
  left.provider === right.provider &&
  left.tableHash === right.tableHash &&
  left.reason === right.reason &&
  isServedAlike(left.served, right.served) &&
  isSameList(left.flags, right.flags);

const isServedAlike = (left: ChargeKind['served'], right: ChargeKind['served']): boolean =>
  left === right ||
  (left?.tier === right?.tier && left?.region === right?.region && left?.deployment === right?.deployment);

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index += 1) if (left[index] !== right[index]) return false;
  return true;
}
