import pg from 'pg';
import { assert } from '../../lib/assert.ts';
import type { Dialect } from '../sql/dialect.ts';
import type { Cell, Row } from '../sql/sql.ts';
import { closedByBand, closedStatement } from './closed-sums.ts';
import { digestOf } from './digest.ts';
import { HEALTH_STATEMENT } from './health-sums.ts';
import { givenText, keptText } from './kept-text.ts';
import { REPORTED_STATEMENT } from './reported-sums.ts';
import { unpricedStatement } from './unpriced-sums.ts';

/** The connection as what engines share asks it. */
export const sqlOf = (client: pg.ClientBase) => ({
  rows: (sql: string, values: readonly (Cell | Values)[] = []) => rowsOf(client, sql, values),
  dialect: DIALECT,
});

/** What can be asked with whole columns as values. */
export interface Questions {
  rows(sql: string, values?: readonly (Cell | Values)[]): Promise<readonly Row[]>;
}

/** A whole column as one value: `= ANY($1::int8[])`, `unnest($1::uuid[], $2::int8[])`. */
export type Values = readonly (number | bigint | string | null)[];

export async function rowsOf(
  client: pg.ClientBase,
  sql: string,
  values: readonly (Cell | Values)[] = [],
): Promise<readonly Row[]> {
  const query: pg.QueryArrayConfig = { text: sql, values: values.map(parameter), rowMode: 'array' };
  const { rows } = await client.query<Cell[]>(query);
  return rows;
}

/** Numbers of traces or tasks go with the statement, which finds each by an index. */
const DIALECT: Dialect = {
  async choose(seqs) {
    return {
      join: (column) => `JOIN unnest($1::int8[]) AS chosen(seq) ON chosen.seq = ${column}`,
      values: [arrayText(seqs)],
    };
  },
  taskNamed: (taskId) => ({
    where: 'i.digest = $1',
    values: [digestOf(taskId)],
  }),
  columnar: false,
  closedStatement: async (window) => closedStatement(window),
  unpricedStatement: async (kinds) => unpricedStatement(kinds),
  keptPieces: async () => [],
  closedByBand,
  healthStatement: HEALTH_STATEMENT,
  reportedStatement: REPORTED_STATEMENT,
  written: (alias) => `${alias}.place`,
};

/** Numbers as PostgreSQL writes an array of them. */
const arrayText = (numbers: readonly (number | bigint)[]): string => `{${numbers.join(',')}}`;

function parameter(value: Cell | Values): unknown {
  if (typeof value === 'string') return keptText(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'string' ? keptText(one) : one));
  return value;
}

const { BOOL, BYTEA, INT2, INT4, INT8, NUMERIC, TEXT, UUID, VARCHAR } = pg.types.builtins;

const READERS = new Map<number, (text: string) => Cell>([
  [BOOL, (text) => text === 't'],
  [INT2, Number],
  [INT4, Number],
  [INT8, BigInt],
  // Sums of whole numbers: PostgreSQL makes them wider than 64 bits, never fractional.
  [NUMERIC, BigInt],
  [TEXT, givenText],
  [VARCHAR, givenText],
  [UUID, (text) => text.replaceAll('-', '')],
  [BYTEA, bytesOf],
]);

/** How the client reads cells: as `Cell` says. */
export const CELLS: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number) => {
    const reader = READERS.get(oid);
    assert(
      reader !== undefined,
      `every column that is asked for is of a type that is read, but not type ${oid}`,
    );
    return reader;
  }) as typeof pg.types.getTypeParser,
};

function bytesOf(text: string): Uint8Array {
  const bytes = Buffer.from(text.slice(2), 'hex');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
