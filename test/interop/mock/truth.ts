/**
 * What the mock provider billed and what really ran: the ground truth that Solvent's answers are held against. Input and
 * output are inclusive totals, as a provider's invoice has them.
 */
export interface TrueCall {
  /** `chat`, `responses`, `messages`, `generate_content` or `embeddings`; then ` stream`, and ` usage` where the stream said its usage. */
  readonly api: string;
  readonly provider: 'openai' | 'anthropic' | 'google';
  readonly requestModel: string;
  readonly model: string;
  /** Empty for embeddings, which have none. */
  readonly responseId: string;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly reasoning: number;
  /** The part of input and output that compacting the conversation took, where it was. */
  readonly compaction?: { readonly input: number; readonly output: number };
}

/** A tool of the program that ran, or a tool of an MCP server: the program itself tells. */
export interface TrueTool {
  readonly name: string;
  readonly ok: boolean;
}

export interface TrueQuery {
  readonly system: 'pinecone' | 'qdrant';
  readonly units: readonly { readonly unit: string; readonly quantity: number }[];
}

/**
 * A request that was answered with an error: nothing is billed. One that is `retryable` was served when the client came
 * back, which is one call of the program.
 */
export interface Refused {
  readonly api: string;
  readonly model: string;
  readonly status: number;
  readonly retryable: boolean;
}

export interface Truth {
  readonly calls: readonly TrueCall[];
  readonly refused: readonly Refused[];
  readonly tools: readonly TrueTool[];
  readonly queries: readonly TrueQuery[];
}

/** Takes down what happened, in order. */
export class Book implements Truth {
  readonly calls: TrueCall[] = [];
  readonly refused: Refused[] = [];
  readonly tools: TrueTool[] = [];
  readonly queries: TrueQuery[] = [];
}
