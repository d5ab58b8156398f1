import type { ChargeKind } from '../../domain/charge-line.ts';

/** The inside of a SQL list of kinds that holds none. */
export const NO_KIND = '-1';

/** Texts that come again and again, by the numbers that stand for them in tables. */
export interface TextNumbers {
  /** The number of a text; undefined if it was never kept. */
  find(text: string): number | undefined;
  textOf(id: number): string;
  /** A list that was kept as one text. */
  listOf(id: number): readonly string[];
}

/** The number of the text ''. */
export const EMPTY_TEXT = 0;

/** Kinds of charges, by the numbers that stand for them in tables. */
export interface KindNumbers {
  at(id: number): ChargeKind;
  /** The numbers of all kinds that pass, as the inside of a SQL list that is never empty. */
  listWhere(test: (kind: ChargeKind) => boolean): string;
}

/**
 * What numbers in rows stand for.
 *
 * **Invariant**: whoever asks in a transaction finds every number that any row of that transaction holds.
 */
export interface Dictionaries {
  readonly texts: TextNumbers;
  readonly kinds: KindNumbers;
}

/** Numbers for texts on their way into tables; a new text gets one. */
export interface TextNumbering {
  idOf(text: string): number;
  /** Of a list, kept as one text. */
  listId(list: readonly string[]): number;
}

/** Numbers for the kinds of charges on their way into tables; a new kind gets one. */
export interface KindNumbering {
  idOf(charge: ChargeKind): number;
}

/** Lists as `listOf` reads them. */
export const listText = (list: readonly string[]): string =>
  list.length === 0 ? '[]' : JSON.stringify(list);
