import type { SwaggerOptions } from '@fastify/swagger';
import { Type } from '@sinclair/typebox';

/** The shape of every error, for the document. */
export const problemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  parameter: Type.Optional(Type.String({ description: 'The parameter or field at fault.' })),
  errors: Type.Optional(
    Type.Array(Type.Object({ index: Type.Integer(), field: Type.String(), detail: Type.String() })),
  ),
});

/** How the routes become an OpenAPI document. */
export const documentOptions = (version: string): SwaggerOptions => ({
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Solvent',
      version,
      description: 'What every solved task of your agents costs. Money is decimal text of US dollars.',
    },
  },
  transform: ({ schema, url }) => ({ schema, url: url.replace('*', ':model') }),
});
