import { assert } from '../../lib/assert.ts';
import type { JsonSchema, Parameters } from '../parameters.ts';
import type { Route } from '../route.ts';
import { problemShape, type Shape, shapesOf } from './shapes.ts';

/**
 * The OpenAPI document of these routes. Loaded when it is first asked for: TypeBox is a tenth of an idle
 * service's memory, and no other answer needs it.
 */
export function openApiDocument(source: {
  readonly routes: readonly Route[];
  readonly dimensions: readonly string[];
  readonly version: string;
}): object {
  const shapes = shapesOf(source.dimensions);
  const paths: Record<string, Record<string, object>> = {};
  for (const route of source.routes) {
    const shape = shapes[`${route.method} ${route.path}`];
    assert(shape !== undefined, 'every route has its shape');
    const path = route.path.replace(/[:*](\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, shape) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Solvent',
      version: source.version,
      description: 'What every solved task of your agents costs. Money is decimal text of US dollars.',
    },
    paths,
    components: { schemas: { Problem: problemShape } },
  };
}

const operationOf = ({ path, summary, parameters = {} }: Route, { answer, body, type }: Shape): object => ({
  summary,
  parameters: [...pathParameters(path), ...queryParameters(parameters)],
  ...(body !== undefined && { requestBody: { required: true, content: json(body) } }),
  responses: {
    200: { description: 'The answer', content: typed(answer, type) },
    default: { description: 'A problem, RFC 9457', content: PROBLEM },
  },
});

const pathParameters = (path: string): readonly object[] =>
  [...path.matchAll(/[:*](\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

const queryParameters = (parameters: Parameters): readonly object[] =>
  Object.entries(parameters).map(
    ([
      name,
      {
        schema: { description, ...schema },
      },
    ]) => ({
      name,
      in: 'query',
      required: false,
      description,
      schema,
    }),
  );

const json = (schema: JsonSchema): object => typed(schema);
const typed = (schema: JsonSchema, type = 'application/json'): object => ({ [type]: { schema } });

const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
