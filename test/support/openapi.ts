import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: object } } };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

export interface OpenApi {
  readonly openapi: string;
  readonly components: { readonly schemas: { readonly Problem: object } };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const ajv = new Ajv2020.default({ strict: false, allErrors: true });
addFormats.default(ajv);

/** What is wrong with `body` as the answer of that call, by the served document; empty where nothing is. */
export function complaintsAbout(
  document: OpenApi,
  call: { readonly method?: string; readonly path: string; readonly status: number },
  body: unknown,
): readonly string[] {
  const { method = 'get', path, status } = call;
  const responses = document.paths[path]?.[method]?.responses;
  const content = (responses?.[status] ?? responses?.default)?.content;
  const found = Object.values(content ?? {})[0]?.schema;
  const schema = found !== undefined && '$ref' in found ? document.components.schemas.Problem : found;
  if (schema === undefined) return [`${method} ${path} ${status} is not in the document`];
  const validate = ajv.compile(schema);
  return validate(body) ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
}
