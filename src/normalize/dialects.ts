import type { KeyId } from '../domain/vocabulary.ts';
import type { Dialect, OpenDialect } from './dialect.ts';
import { claudeCode } from './dialects/claude-code.ts';
import { codex } from './dialects/codex.ts';
import { crewai } from './dialects/crewai.ts';
import { db } from './dialects/db.ts';
import { dify } from './dialects/dify.ts';
import { genAi } from './dialects/gen-ai.ts';
import { googleAdk } from './dialects/google-adk.ts';
import { haystack } from './dialects/haystack.ts';
import { langfuse } from './dialects/langfuse.ts';
import { langsmith } from './dialects/langsmith.ts';
import { litellm } from './dialects/litellm.ts';
import { llamaIndex } from './dialects/llama-index.ts';
import { logfire } from './dialects/logfire.ts';
import { mcp } from './dialects/mcp.ts';
import { mlflow } from './dialects/mlflow.ts';
import { n8n } from './dialects/n8n.ts';
import { openinference } from './dialects/openinference.ts';
import { openlit } from './dialects/openlit.ts';
import { openllmetry } from './dialects/openllmetry.ts';
import { pydanticAi } from './dialects/pydantic-ai.ts';
import { sentry } from './dialects/sentry.ts';
import { strands } from './dialects/strands.ts';
import { vercel } from './dialects/vercel.ts';
import { voltagent } from './dialects/voltagent.ts';

/**
 * The order is the policy: where two dialects on one span say different things, the earlier one is believed. MCP
 * and databases come first, because frameworks wrap their spans in names of their own; then the frameworks that
 * use the standard's names and mean something else; then the standard before the ones that it replaces.
 */
// biome-ignore format: a line each, so that two that are added do not meet
const DIALECTS: readonly OpenDialect[] = [
  mcp,
  db,
  vercel,
  langsmith,
  googleAdk,
  claudeCode,
  codex,
  strands,
  litellm,
  logfire,
  dify,
  genAi,
  openlit,
  openinference,
  openllmetry,
  langfuse,
  pydanticAi,
  mlflow,
  haystack,
  crewai,
  llamaIndex,
  voltagent,
  sentry,
  n8n,
];

export const openDialects = (key: (name: string) => KeyId): readonly Dialect[] =>
  DIALECTS.map((open) => open(key));

/** Every dialect with the attribute names that it reads, for the documentation. */
export function dialectTable(): readonly (Pick<Dialect, 'name' | 'style'> & {
  readonly reads: readonly string[];
})[] {
  return DIALECTS.map((open) => {
    const reads = new Set<string>();
    const { name, style } = open((attribute) => reads.add(attribute).size);
    return { name, style, reads: [...reads] };
  });
}
