import type { DuckDBConnection } from '@duckdb/node-api';
import type { ChargeKind } from '../../domain/charge-line.ts';
import { kindOf, kindText } from '../sql/charge-kind.ts';
import { IntColumn, TextColumn } from '../sql/columns.ts';
import type { KindNumbering, KindNumbers } from '../sql/dictionaries.ts';
import { appendRows } from './append.ts';
import { rowsOf } from './session.ts';

/** Kinds of one model or resource that are compared before a text is made. */
const NEAR_MAX = 16;

/**
 * Kinds of charges as numbers, all of them in memory. Millions of charges are of a few hundred kinds, so a charge
 * is written as half as many columns, and what is asked by model or reason is asked by number.
 */
export class Kinds implements KindNumbers, KindNumbering {
  readonly #ids = new Map<string, number>();
  readonly #kinds: ChargeKind[] = [];
  /** Kinds met lately, by model or else resource: the next charge is most likely one of them, and comparing them makes no text. */
  readonly #near = new Map<string, Near[]>();
  #kept = 0;
  #saving = 0;

  static async load(connection: DuckDBConnection): Promise<Kinds> {
    const kinds = new Kinds();
    await kinds.reload(connection);
    return kinds;
  }

  /** Forgets what is not in the table: numbers given since the last `saved` are given anew. */
  async reload(connection: DuckDBConnection): Promise<void> {
    const rows = await rowsOf(connection, 'SELECT id, kind FROM kinds ORDER BY id');
    this.#ids.clear();
    this.#kinds.length = 0;
    this.#near.clear();
    for (const [id, text] of rows as readonly [number, string][]) {
      this.#kinds[id] = kindOf(text);
      this.#ids.set(text, id);
    }
    this.#kept = rows.length;
    this.#saving = rows.length;
  }

  /** The number of the charge's kind, given at its first mention. */
  idOf(charge: ChargeKind): number {
    const name = charge.model === '' ? charge.resource : charge.model;
    const near = this.#near.get(name) ?? [];
    for (const { kind, id } of near) if (isSame(kind, charge)) return id;
    const text = kindText(charge);
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#kinds.length;
      this.#ids.set(text, id);
      this.#kinds.push(kindOf(text));
    }
    if (near.length === 0) this.#near.set(name, near);
    else if (near.length === NEAR_MAX) near.shift();
    near.push({ kind: this.#kinds[id]!, id });
    return id;
  }

  at(id: number): ChargeKind {
    return this.#kinds[id]!;
  }

  /** The numbers of all kinds that pass, as the inside of a SQL list that is never empty. */
  listWhere(test: (kind: ChargeKind) => boolean): string {
    const ids = [...this.#kinds.keys()].filter((id) => test(this.#kinds[id]!));
    return ids.length === 0 ? '-1' : ids.join(', ');
  }

  /** Writes the new ones in the connection's transaction; `saved` or nothing must follow it. */
  async save(connection: DuckDBConnection): Promise<void> {
    const ids = new IntColumn();
    const texts = new TextColumn();
    for (let id = this.#kept; id < this.#kinds.length; id += 1) {
      ids.push(id);
      texts.push(kindText(this.#kinds[id]!));
    }
    await appendRows(connection, 'kinds', [ids, texts]);
    this.#saving = this.#kinds.length;
  }

  /** The transaction of the last `save` is durable. */
  saved(): void {
    this.#kept = this.#saving;
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
