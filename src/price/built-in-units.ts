import type { UserUnit } from './user-table.ts';

/** A unit that Solvent counts by itself, and what one price of it is usually for. */
export type BuiltInUnit = UserUnit & { readonly per: number };

const unit = (name: string, per: number, attributes: readonly string[]): BuiltInUnit => ({
  unit: name,
  per,
  attributes,
  component: undefined,
  duration: undefined,
  over: 1,
  declared: false,
});

const usage = (name: string): string => `gen_ai.usage.${name}`;
const server = (name: string): readonly string[] => [
  usage(name),
  usage(`details.${name}`),
  usage(`server_tool_use.${name}`),
  `anthropic.usage.server_tool_use.${name}`,
];

/**
 * Tokens of sound, images and video, which are parts of the totals, and what providers bill beside the tokens. Names of
 * the GenAI conventions first, then Mastra, OpenInference, Pydantic AI. The database dialect counts Pinecone's units.
 */
export const BUILT_IN_UNITS: readonly BuiltInUnit[] = [
  unit('pinecone_read_unit', 1_000_000, []),
  unit('pinecone_write_unit', 1_000_000, []),
  unit('input_audio', 1_000_000, [
    usage('audio.input_tokens'),
    usage('audio_input_tokens'),
    usage('details.input_audio_tokens'),
    'llm.token_count.prompt_details.audio',
  ]),
  unit('output_audio', 1_000_000, [
    usage('audio.output_tokens'),
    usage('audio_output_tokens'),
    usage('details.output_audio_tokens'),
    'llm.token_count.completion_details.audio',
  ]),
  unit('cache_read_audio', 1_000_000, [
    usage('audio.cache_read.input_tokens'),
    usage('details.cache_audio_read_tokens'),
  ]),
  unit('input_image', 1_000_000, [usage('image.input_tokens'), usage('details.input_image_tokens')]),
  unit('output_image', 1_000_000, [usage('image.output_tokens'), usage('details.output_image_tokens')]),
  unit('cache_read_image', 1_000_000, [usage('image.cache_read.input_tokens')]),
  unit('input_video', 1_000_000, [usage('video.input_tokens'), usage('details.input_video_tokens')]),
  unit('output_video', 1_000_000, [usage('video.output_tokens'), usage('details.output_video_tokens')]),
  unit('citation', 1_000_000, [usage('citation_tokens'), usage('details.citation_tokens')]),
  unit('web_search', 1000, server('web_search_requests')),
  unit('web_fetch', 1000, server('web_fetch_requests')),
  unit('file_search', 1000, server('file_search_requests')),
  unit('code_execution', 1, server('code_execution_requests')),
  unit('document_page', 1000, [usage('document_pages'), usage('pages_processed')]),
  unit('annotated_document_page', 1000, [usage('annotated_document_pages')]),
  unit('text_message', 1000, [usage('text_messages')]),
  unit('audio_hour', 1, []),
  unit('input_audio_hour', 1, []),
  unit('image', 1, [usage('images'), usage('generated_images')]),
];
