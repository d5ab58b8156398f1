/** Databases that only do vectors, as `db.system.name` or `db.system` has them in lower case. */
export const VECTOR_SYSTEMS: ReadonlySet<string> = new Set([
  'pinecone',
  'qdrant',
  'weaviate',
  'milvus',
  'zilliz',
  'chroma',
  'chromadb',
  'lancedb',
  'marqo',
  'pgvector',
  // As OpenLIT calls DataStax's.
  'astra',
]);

/** pgvector's distances: L2, cosine, inner product, L1. `<=>` is something else in MySQL, so it goes by system. */
const PGVECTOR = /<->|<=>|<#>|<\+>/;
const KNN = /knn/i;

/** What shows a vector search in the operation or the query text of a general database. */
export const VECTOR_SIGNS: ReadonlyMap<string, RegExp> = new Map([
  ['postgresql', PGVECTOR],
  ['postgres', PGVECTOR],
  ['cockroachdb', PGVECTOR],
  ['elasticsearch', KNN],
  ['opensearch', KNN],
  ['redis', /\bFT\.SEARCH\b|\bFT\.HYBRID\b|\bVSIM\b/i],
  ['mongodb', /\$vectorSearch/],
  ['clickhouse', /\b(?:L2|cosine|L1)Distance\b/i],
  ['cassandra', /\bANN\s+OF\b/i],
  ['neo4j', /db\.index\.vector\./i],
  ['azure.cosmosdb', /\bVectorDistance\b/i],
]);
