/** As much of JSON Schema as tools and structured answers use. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const DEPTH_MAX = 12;

/** A value that the schema accepts. Gemini writes types in capitals. */
export function sampleOf(schema: Schema | undefined, root = schema, depth = 0): unknown {
  if (schema === undefined || depth > DEPTH_MAX) return {};
  if (schema.$ref !== undefined) return sampleOf(resolve(schema.$ref, root), root, depth + 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [one] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (one !== undefined) return sampleOf(one, root, depth + 1);
  const type = (typeof schema.type === 'string' ? schema.type : schema.type?.[0])?.toLowerCase();
  switch (type) {
    case 'string':
      return 'Oslo';
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return [sampleOf(schema.items, root, depth + 1)];
    default:
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, part]) => [
          name,
          sampleOf(part, root, depth + 1),
        ]),
      );
  }
}

function resolve(ref: string, root: Schema | undefined): Schema | undefined {
  const name = ref.split('/').at(-1)!;
  return root?.$defs?.[name] ?? root?.definitions?.[name];
}
