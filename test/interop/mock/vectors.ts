import { type Api, type Fields, json, listOf } from './api.ts';

const READ_UNITS = 5;

/** As much of Pinecone's data plane as its client asks for. A query costs 5 read units; writes say nothing of theirs. */
export const pinecone: Api = ({ method, path, body }, desk) => {
  const done = (units: readonly { unit: string; quantity: number }[], answer: Fields) => {
    desk.book.queries.push({ system: 'pinecone', units });
    return json(answer);
  };
  if (method === 'GET' && path.startsWith('/indexes'))
    return json({
      name: 'facts',
      dimension: 4,
      metric: 'cosine',
      host: 'http://127.0.0.1',
      spec: { serverless: { cloud: 'aws', region: 'us-east-1' } },
      status: { ready: true, state: 'Ready' },
      vector_type: 'dense',
    });
  if (path === '/query')
    return done([{ unit: 'pinecone_read_unit', quantity: READ_UNITS }], {
      matches: [
        { id: 'a', score: 0.98, values: [] },
        { id: 'b', score: 0.75, values: [] },
      ],
      namespace: body.namespace ?? '',
      usage: { readUnits: READ_UNITS },
    });
  if (path === '/vectors/upsert') return done([], { upsertedCount: listOf(body.vectors).length });
  if (path === '/vectors/delete') return done([], {});
  return undefined;
};

const QDRANT = /^\/collections\/[^/]+\/points(\/search|\/query|\/scroll|\/delete)?$/;

/** As much of Qdrant's REST API as its client asks for. */
export const qdrant: Api = ({ method, path }, desk) => {
  const ok = (result: unknown) => json({ result, status: 'ok', time: 0.001 });
  if (path === '/' && method === 'GET')
    return json({ title: 'qdrant - vector search engine', version: '1.15.0' });
  if (/^\/collections\/[^/]+$/.test(path)) return ok(method === 'PUT' ? true : { status: 'green' });
  const [all, operation] = QDRANT.exec(path) ?? [];
  if (all === undefined) return undefined;
  desk.book.queries.push({ system: 'qdrant', units: [] });
  const points = [{ id: 1, version: 0, score: 0.98, payload: null, vector: null }];
  if (operation === '/search') return ok(points);
  if (operation === '/query') return ok({ points });
  if (operation === '/scroll') return ok({ points, next_page_offset: null });
  return ok({ operation_id: 1, status: 'completed' });
};
