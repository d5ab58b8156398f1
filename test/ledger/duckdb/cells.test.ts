import { sqlOf } from '../../../src/ledger/duckdb/sql.ts';
import { sqlCells } from '../sql/cells.ts';
import { withTables } from './database.ts';

sqlCells('duckdb', (run) => withTables((connection) => run(sqlOf(connection))));
