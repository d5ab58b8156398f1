import { LedgerUnavailable } from '../../domain/ledger.ts';

/**
 * Classes of SQLSTATE that are not about the statement: the connection, the server's resources (a full disk, too many
 * connections), its shutdown, its own system, and a standby that does not write.
 */
const OF_THE_SERVER = /^(?:08|53|57P|58)|^25006$/;
/** What Node and the client say of a connection that breaks, or is not made. */
const OF_THE_CONNECTION = /^(?:E[A-Z]+)$/;
const OF_THE_CLIENT =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/;

/** LedgerUnavailable where the database does not answer now, whatever was asked; else the error as it is. */
export function unlessUnavailable(error: unknown, place: string): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const isAway = OF_THE_SERVER.test(code) || OF_THE_CONNECTION.test(code) || OF_THE_CLIENT.test(message);
  if (!isAway) return error;
  return new LedgerUnavailable(`the ledger's database ${place} does not answer now: ${reasonOf(error)}`, {
    cause: error,
  });
}

/** In one line. An AggregateError, as Node gives where a name has several addresses, has no message of its own. */
export function reasonOf(error: unknown): string {
  const { errors: [first] = [error] } = error as { errors?: readonly unknown[] };
  return String((first as { message?: unknown }).message ?? first).split('\n')[0]!;
}
