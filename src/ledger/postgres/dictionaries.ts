import type { ChargeKind } from '../../domain/charge-line.ts';
import { kindText } from '../sql/charge-kind.ts';
import { type Dictionaries, type KindNumbering, listText, type TextNumbering } from '../sql/dictionaries.ts';
import { KindIndex } from '../sql/kind-index.ts';
import type { Sql } from '../sql/sql.ts';
import { TextIndex } from '../sql/text-index.ts';
import type { Connections } from './connections.ts';
import type { Writing } from './writing.ts';

/**
 * Texts and kinds by number, which all replicas of a database share.
 *
 * **Invariant**: numbers are given one behind the other under a row lock, and are committed before any row holds them.
 * So who knows the numbers up to the greatest one of its snapshot knows every number in any row of it.
 */
export class SharedDictionaries implements Dictionaries {
  readonly texts = new SharedTexts();
  readonly kinds = new SharedKinds();

  /** Learns what others added, as far as this transaction sees it: to be called first in it. */
  async refresh(sql: Pick<Sql, 'rows'>): Promise<void> {
    const [counts] = await sql.rows('SELECT (SELECT max(id) FROM texts), (SELECT max(id) FROM kinds)');
    const [texts, kinds] = counts!.map((last) => (last === null ? -1 : Number(last)));
    for (const [id, text] of texts! < this.texts.size ? [] : await newerOf(sql, 'text', this.texts.size))
      this.texts.learn(id as number, text as string);
    for (const [id, kind] of kinds! < this.kinds.size ? [] : await newerOf(sql, 'kind', this.kinds.size))
      this.kinds.learn(id as number, kind as string);
  }

  /** Whether a number was asked for that is not given yet: 0 was answered instead. */
  get isWanting(): boolean {
    return this.texts.wanting.size + this.kinds.wanting.size > 0;
  }

  /** Gives the numbers that were wanting, in a transaction of its own. */
  async number(connections: Connections): Promise<void> {
    const given = await connections.write(async (writing) => {
      await writing.rows("SELECT value FROM meta WHERE name = 'dictionaries' FOR UPDATE");
      await this.refresh(writing);
      const texts = [...this.texts.wanting].filter((text) => this.texts.find(text) === undefined);
      const kinds = [...this.kinds.wanting].filter(([, kind]) => this.kinds.find(kind) === undefined);
      return {
        texts: await insert(writing, 'text', texts, this.texts.size),
        kinds: await insert(
          writing,
          'kind',
          kinds.map(([text]) => text),
          this.kinds.size,
        ),
      };
    });
    // Only now: had the commit failed, another replica would give these numbers to others.
    for (const [id, text] of given.texts) this.texts.learn(id, text);
    for (const [id, kind] of given.kinds) this.kinds.learn(id, kind);
    this.texts.wanting.clear();
    this.kinds.wanting.clear();
  }
}

class SharedTexts extends TextIndex implements TextNumbering {
  readonly wanting = new Set<string>();

  idOf(text: string): number {
    const known = this.find(text);
    if (known === undefined) this.wanting.add(text);
    return known ?? 0;
  }

  listId(list: readonly string[]): number {
    return this.idOf(listText(list));
  }
}

class SharedKinds extends KindIndex implements KindNumbering {
  readonly wanting = new Map<string, ChargeKind>();

  idOf(charge: ChargeKind): number {
    const known = this.find(charge);
    if (known === undefined) this.wanting.set(kindText(charge), charge);
    return known ?? 0;
  }
}

const newerOf = (sql: Pick<Sql, 'rows'>, what: 'text' | 'kind', from: number) =>
  sql.rows(`SELECT id, ${what} FROM ${what}s WHERE id >= ${from} ORDER BY id`);

async function insert(
  writing: Writing,
  what: 'text' | 'kind',
  values: readonly string[],
  from: number,
): Promise<readonly (readonly [number, string])[]> {
  const given = values.map((value, index) => [from + index, value] as const);
  if (given.length > 0)
    await writing.run(`INSERT INTO ${what}s SELECT unnest($1::int4[]), unnest($2::text[])`, [
      given.map(([id]) => id),
      values,
    ]);
  return given;
}
