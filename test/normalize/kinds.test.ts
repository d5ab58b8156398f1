import { describe, expect, test } from '@jest/globals';
import { table } from '../support/table.ts';
import { openReader } from './reading.ts';

const read = openReader();

describe('one attribute makes a kind', () => {
  const cases = table(`
    attribute               value                       kind
    gen_ai.operation.name   chat                        inference
    gen_ai.operation.name   Chat                        inference
    gen_ai.operation.name   generate_content            inference
    gen_ai.operation.name   text_completion             inference
    gen_ai.operation.name   chat.completions            inference
    gen_ai.operation.name   llm_call                    inference
    gen_ai.operation.name   acompletion                 inference
    gen_ai.operation.name   atext_completion            inference
    gen_ai.operation.name   responses                   inference
    gen_ai.operation.name   aresponses                  inference
    gen_ai.operation.name   anthropic_messages          inference
    gen_ai.operation.name   aembedding                  embedding
    gen_ai.operation.name   arerank                     rerank
    gen_ai.operation.name   embeddings                  embedding
    gen_ai.operation.name   rerank                      rerank
    gen_ai.operation.name   retrieval                   retrieval
    gen_ai.operation.name   execute_tool                tool
    gen_ai.operation.name   tool_call                   tool
    gen_ai.operation.name   invoke_agent                agent
    gen_ai.operation.name   invoke_workflow             workflow
    gen_ai.operation.name   plan                        workflow
    gen_ai.operation.name   agent_step                  workflow
    gen_ai.operation.name   completion                  inference
    gen_ai.operation.name   text.completions            inference
    gen_ai.operation.name   embedding                   embedding
    gen_ai.operation.name   tool.execute                tool
    gen_ai.operation.name   agent                       agent
    gen_ai.operation.name   agent_call                  agent
    gen_ai.operation.name   agent.run                   agent
    gen_ai.operation.name   workflow                    workflow
    gen_ai.operation.name   workflow.run                workflow
    gen_ai.operation.name   chain                       workflow
    gen_ai.operation.name   execute_task                workflow
    gen_ai.operation.name   execute_event_loop_cycle    workflow
    gen_ai.operation.name   ·invoke_agent·              agent
    gen_ai.operation.name   create_agent                edge
    gen_ai.operation.name   tool_runner                 edge
    gen_ai.operation.name   create_memory               edge
    gen_ai.operation.name   delete_memory_store         edge
    gen_ai.operation.name   schedule_tool_calls         edge
    gen_ai.operation.name   constructor                 edge
    mcp.method.name         tools/call                  tool
    mcp.method.name         tools/list                  edge
    mcp.method.name         initialize                  edge
    mcp.method.name         sampling/createMessage      edge
    db.system.name          pinecone                    vector
    db.system               Pinecone                    vector
    db.system               Qdrant                      vector
    db.system               weaviate                    vector
    db.system               Milvus                      vector
    db.system               chroma                      vector
    db.system               zilliz                      vector
    db.system               chromadb                    vector
    db.system               ·Chroma·                    vector
    db.system               lancedb                     vector
    db.system               marqo                       vector
    db.system               pgvector                    vector
    db.system               astra                       vector
    db.system.name          postgresql                  edge
    db.system.name          redis                       edge
    db.system.name          sqlite                      edge
    openinference.span.kind LLM                         inference
    openinference.span.kind llm                         inference
    openinference.span.kind EMBEDDING                   embedding
    openinference.span.kind RERANKER                    rerank
    openinference.span.kind RETRIEVER                   retrieval
    openinference.span.kind TOOL                        tool
    openinference.span.kind AGENT                       agent
    openinference.span.kind CHAIN                       workflow
    openinference.span.kind GUARDRAIL                   edge
    traceloop.span.kind     workflow                    workflow
    traceloop.span.kind     task                        workflow
    traceloop.span.kind     agent                       agent
    traceloop.span.kind     tool                        tool
    traceloop.span.kind     session                     edge
    llm.request.type        completion                  inference
    llm.request.type        unknown                     edge
    openinference.span.kind EVALUATOR                   edge
    openinference.span.kind PROMPT                      edge
    llm.request.type        chat                        inference
    llm.request.type        rerank                      rerank
    llm.request.type        embedding                   embedding
    http.request.method     GET                         edge
    gen_ai.request.model    gpt-4o                      edge
  `);
  test.each(cases)('$attribute = $value is $kind', ({ attribute, value, kind }) => {
    expect(read({ attributes: { [attribute!]: value! } }).kind).toBe(kind);
  });
});

describe('where two attributes say different things', () => {
  test.each([
    [
      'tokens with a model are a call',
      { 'gen_ai.usage.input_tokens': 1, 'gen_ai.request.model': 'm' },
      'inference',
    ],
    ['tokens without a model are some sum', { 'gen_ai.usage.input_tokens': 1 }, 'workflow'],
    [
      'an unknown operation with tokens and a model is a call',
      { 'gen_ai.operation.name': 'think', 'gen_ai.usage.output_tokens': 1, 'gen_ai.request.model': 'm' },
      'inference',
    ],
    [
      'a framework retrieval on the database span itself',
      { 'gen_ai.operation.name': 'retrieval', 'db.system': 'qdrant' },
      'vector',
    ],
    [
      'the standard beats what it replaces',
      { 'gen_ai.operation.name': 'invoke_agent', 'openinference.span.kind': 'CHAIN' },
      'agent',
    ],
    [
      'an operation that nobody knows leaves it to the next dialect',
      { 'gen_ai.operation.name': 'run', 'openinference.span.kind': 'AGENT' },
      'agent',
    ],
    [
      'tokens do not make a call of what another dialect calls an agent',
      { 'gen_ai.usage.input_tokens': 1, 'gen_ai.request.model': 'm', 'openinference.span.kind': 'AGENT' },
      'agent',
    ],
    [
      "an agent's own total alone is no usage",
      { 'gen_ai.usage.total_tokens': 5, 'gen_ai.request.model': 'm' },
      'edge',
    ],
  ])('%s', (_why, attributes, kind) => {
    expect(read({ attributes }).kind).toBe(kind);
  });
});

describe('general databases search vectors only where it shows', () => {
  const cases = table(`
    system          where              text                                  kind
    postgresql      db.query.text      SELECT·1·ORDER·BY·e·<->·$1            vector
    postgresql      db.statement       SELECT·1·ORDER·BY·e·<#>·$1            vector
    postgresql      db.statement       SELECT·a<b·AND·c>d                    edge
    postgres        db.statement       ORDER·BY·e·<+>·$1                     vector
    cockroachdb     db.statement       ORDER·BY·e·<=>·$1                     vector
    clickhouse      db.statement       SELECT·L2Distance(a,·b)               vector
    clickhouse      db.statement       SELECT·L1distance(a,·b)               vector
    clickhouse      db.statement       SELECT·MyL2DistanceX(a,·b)            edge
    redis           db.statement       FT.HYBRID·idx                         vector
    redis           db.statement       FT.SEARCHX·idx                        edge
    aws.dynamodb    db.operation       Query                                 edge
    mysql           db.statement       SELECT·a·<=>·b                        edge
    redis           db.operation.name  ft.search                             vector
    redis           db.statement       VSIM·key·ELE·a                        vector
    redis           db.statement       GET·VSIMILAR                          edge
    elasticsearch   db.operation.name  knn_search                            vector
    opensearch      db.statement       {"query":{"knn":{}}}                  vector
    elasticsearch   db.operation       search                                edge
    mongodb         db.query.text      [{"$vectorSearch":{}}]                vector
    mongodb         db.operation.name  aggregate                             edge
    clickhouse      db.query.text      SELECT·cosineDistance(a,·b)           vector
    cassandra       db.query.text      ORDER·BY·v·ANN·OF·[1]                 vector
    neo4j           db.query.text      CALL·db.index.vector.queryNodes()     vector
    azure.cosmosdb  db.query.text      SELECT·VectorDistance(c.v,·@e)        vector
  `);
  test.each(cases)('$system: $text', ({ system, where, text, kind }) => {
    const meaning = read({ attributes: { 'db.system.name': system!, [where!]: text! } });
    expect(meaning.kind).toBe(kind);
    expect(meaning.tool).toBe(kind === 'vector' ? system : undefined);
  });
});
