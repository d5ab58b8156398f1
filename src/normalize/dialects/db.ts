import type { SpanView } from '../../domain/span.ts';
import type { OpenDialect } from '../dialect.ts';
import { openUnits } from '../units.ts';
import { VECTOR_SIGNS, VECTOR_SYSTEMS } from './db-systems.ts';

const RESULT_READ_UNITS = 'db.vector.query.result.read_units';

/**
 * Database client spans (semantic-conventions `db.*`, stable and older names). They carry no tokens: there is
 * **no input count** to include anything. A span of a vector database is a vector query; one of a general
 * database only where its operation or query text shows a vector search, since an agent's other queries are
 * part of its tools. One query is implied; what the vendor bills besides is read as units.
 */
export const db: OpenDialect = (key) => {
  const systemName = key('db.system.name');
  const systemOld = key('db.system');
  const statements = ['db.operation.name', 'db.operation', 'db.query.text', 'db.statement'].map(key);
  const errorType = key('error.type');
  const readUnits = openUnits([
    {
      unit: 'pinecone_read_unit',
      // OpenLLMetry for JavaScript means to put it on an event, and puts it on the span (recorded: 0.27.0).
      span: ['pinecone.usage.read_units', 'db.pinecone.usage.read_units', RESULT_READ_UNITS].map(key),
      event: [key(RESULT_READ_UNITS)],
    },
    { unit: 'pinecone_write_unit', span: [key('pinecone.usage.write_units')], event: [] },
    {
      unit: 'cosmosdb_request_unit',
      span: ['azure.cosmosdb.operation.request_charge', 'db.cosmosdb.request_charge'].map(key),
      event: [],
    },
  ]);

  function searchesVectors(span: SpanView, signs: RegExp): boolean {
    for (let index = 0; index < statements.length; index += 1) {
      const statement = statements[index]!;
      if (span.has(statement) && signs.test(span.text(statement) ?? '')) return true;
    }
    return false;
  }

  return {
    name: 'db',
    style: 'inclusive',
    signs: [systemName, systemOld],
    read(span, draft) {
      const system = (span.text(systemName) ?? span.text(systemOld) ?? '').trim().toLowerCase();
      if (!VECTOR_SYSTEMS.has(system)) {
        const signs = VECTOR_SIGNS.get(system);
        if (signs === undefined || !searchesVectors(span, signs)) return;
      }
      draft.is('vector', 'db');
      draft.tool ??= system;
      if (span.has(errorType)) draft.error = true;
      readUnits(span, draft);
    },
  };
};
