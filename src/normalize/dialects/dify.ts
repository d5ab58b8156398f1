import type { FactKind } from '../../domain/fact.ts';
import type { OpenDialect } from '../dialect.ts';
import { firstText } from '../first.ts';

/**
 * Dify's nodes (`api/extensions/otel`, 2026). Their counts have the standard's names, so `gen-ai.ts` reads them: **input
 * includes** cached tokens for OpenAI's models, and nothing says so for others; no cached and no reasoning tokens
 * anywhere. Here are its kinds, which are no operation of the standard, and its providers, which are paths of plugins
 * (`langgenius/openai/openai`).
 */
export const dify: OpenDialect = (key) => {
  const spanKind = key('gen_ai.span.kind');
  const provider = [key('gen_ai.provider.name')];
  const toolName = [key('gen_ai.tool.name')];
  const name = 'dify';
  return {
    name,
    style: 'inclusive',
    signs: [spanKind],
    read(span, draft) {
      const kind = KINDS.get(span.text(spanKind)?.trim().toUpperCase() ?? '');
      if (kind !== undefined) draft.is(kind, name);
      const path = firstText(span, provider, draft)?.trim().toLowerCase();
      if (path?.includes('/')) draft.provider ??= path.slice(path.lastIndexOf('/') + 1) || undefined;
      if (kind === 'tool') draft.tool ??= firstText(span, toolName, draft);
    },
  };
};

/** A TASK is any other node: a condition, code, a template. */
const KINDS: ReadonlyMap<string, FactKind> = new Map<string, FactKind>([
  ['LLM', 'inference'],
  ['EMBEDDING', 'embedding'],
  ['RERANKER', 'rerank'],
  ['RETRIEVER', 'retrieval'],
  ['TOOL', 'tool'],
  ['AGENT', 'agent'],
  ['CHAIN', 'workflow'],
  ['TASK', 'workflow'],
]);
