import { expect, test } from '@jest/globals';
import { openReader } from './reading.ts';

const read = openReader();
const provider = (name: string, system = '') =>
  read({
    attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': name, 'gen_ai.system': system },
  }).provider;

/** Who served the call is then told by the model: price infers it, and flags that it did. */
test.each([
  'strands-agents',
  'gcp.vertex.agent',
  'autogen',
  'crewai',
  'langchain',
  'llama_index',
  'litellm',
  'LangChain',
  ' crewai ',
  'llama-index',
  'pydantic-ai',
  'semantic_kernel',
  'microsoft.agent_framework',
])('the framework %s is no provider', (name) => {
  expect(provider(name)).toBeUndefined();
  expect(provider(name, 'openai')).toBe('openai');
});

test.each(['openai', 'aws.bedrock', 'gcp.vertex_ai', 'azure.ai.openai', 'openrouter', 'ollama'])(
  '%s is one',
  (name) => expect(provider(name)).toBe(name),
);
