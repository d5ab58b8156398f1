/** A vector database's client, under one instrumentation; which, INTEROP_CASE says. */
import { createRequire } from 'node:module';
import { PineconeInstrumentation } from '@traceloop/instrumentation-pinecone';
import { QdrantInstrumentation } from '@traceloop/instrumentation-qdrant';
import { answering, startOpenlit, startTelemetry } from './telemetry.mjs';

const { MOCK_URL, INTEROP_CASE } = process.env;
const [database, instrumentation] = INTEROP_CASE.split('-');

const stopTelemetry =
  instrumentation === 'openlit'
    ? startOpenlit()
    : startTelemetry([new PineconeInstrumentation(), new QdrantInstrumentation()]);
// After the instrumentations, which patch the modules while they are loaded.
const require = createRequire(import.meta.url);
const values = [0.1, 0.2, 0.3, 0.4];

const DATABASES = {
  async pinecone() {
    const { Pinecone } = require('@pinecone-database/pinecone');
    const client = new Pinecone({ apiKey: 'mock', controllerHostUrl: `${MOCK_URL}/pinecone` });
    const index = client.index({ host: `${MOCK_URL}/pinecone` }).namespace('facts');
    await index.upsert({ records: [{ id: 'a', values }] });
    await index.query({ vector: values, topK: 2 });
  },
  async qdrant() {
    const { QdrantClient } = require('@qdrant/js-client-rest');
    const client = new QdrantClient({ url: MOCK_URL, prefix: '/qdrant', checkCompatibility: false });
    await client.upsert('facts', { wait: true, points: [{ id: 1, vector: values }] });
    await client.search('facts', { vector: values, limit: 2 });
  },
};

await answering(DATABASES[database]);
await stopTelemetry();
