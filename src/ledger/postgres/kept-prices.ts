import { createHash } from 'node:crypto';
import type { KeptPrices, KeptTable, KeptText } from '../kept-prices.ts';
import type { FleetSql } from './fleet-sql.ts';

interface Named {
  readonly kind: string;
  readonly name: string;
  readonly sha256: string;
}

/**
 * Price tables that were in force anywhere in the fleet, where every replica finds them: what one replica priced by,
 * another prices anew by. Each text is kept once, by its SHA-256.
 */
export function openDatabaseKeptPrices(sql: FleetSql): KeptPrices {
  const tables = async (): Promise<readonly KeptTable[]> => {
    const rows = await sql.rows('SELECT hash, since_ms FROM price_tables ORDER BY since_ms, hash');
    return rows.map(([hash, sinceMs]) => ({ hash: String(hash), sinceMs: Number(sinceMs) }));
  };
  return {
    async keep(hash, texts, nowMs) {
      const [last] = await sql.rows(
        'SELECT hash FROM price_tables ORDER BY since_ms DESC, hash DESC LIMIT 1',
      );
      if (last?.[0] === hash) return;
      await sql.transaction(async (inside) => {
        const named: Named[] = [];
        for (const { kind, name, text } of texts) {
          const sha256 = hashOf(text);
          await inside.rows(
            `INSERT INTO price_texts (sha256, content) VALUES ($1, $2)
             ON CONFLICT (sha256) DO UPDATE SET content = excluded.content`,
            [sha256, Buffer.from(text)],
          );
          named.push({ kind, name, sha256 });
        }
        await inside.rows(
          `INSERT INTO price_tables (since_ms, hash, texts) VALUES ($1, $2, $3) ON CONFLICT (since_ms, hash) DO NOTHING`,
          [BigInt(nowMs), hash, JSON.stringify(named)],
        );
      });
    },
    async texts(hashStart) {
      const hashes = new Set(
        (await tables()).map(({ hash }) => hash).filter((hash) => hash.startsWith(hashStart)),
      );
      const [only] = hashes;
      if (only === undefined || hashes.size > 1) return undefined;
      const [row] = await sql.rows('SELECT texts FROM price_tables WHERE hash = $1 LIMIT 1', [only]);
      const named = JSON.parse(String(row?.[0])) as Named[];
      return Promise.all(named.map((one) => textOf(sql, one)));
    },
    async at(timeMs) {
      return (await tables()).findLast(({ sinceMs }) => sinceMs <= timeMs);
    },
    tables,
  };
}

async function textOf(sql: FleetSql, { kind, name, sha256 }: Named): Promise<KeptText> {
  const [row] = await sql.rows('SELECT content FROM price_texts WHERE sha256 = $1', [sha256]);
  const text = row === undefined ? '' : Buffer.from(row[0] as Uint8Array).toString('utf8');
  if (row === undefined || hashOf(text) !== sha256)
    throw new Error(
      `price text ${sha256} in the database is not what was kept there; restore it from a backup`,
    );
  return { kind, name, text };
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
