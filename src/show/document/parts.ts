import { type TSchema, Type } from '@sinclair/typebox';
import { COMPONENTS } from '../../domain/charge.ts';
import { OUTCOMES } from '../../domain/task.ts';
import { TOKEN_CLASSES } from '../../domain/usage.ts';

/**
 * The shapes of the API, as the OpenAPI document shows them and the tests check every answer against them.
 * Objects are closed: a field that is served and not described here fails a test.
 */
export const closed = { additionalProperties: false } as const;

export const money = Type.String({
  pattern: '^-?[0-9]+(\\.[0-9]{1,12})?$',
  description: 'US dollars, exact: no exponent, at most 12 decimals, no trailing zeros.',
});
export const at = Type.String({ format: 'date-time', description: 'RFC 3339, UTC, to the nanosecond.' });
export const whole = Type.Integer({ minimum: 0 });
export const flags = Type.Array(Type.String());

/** OpenAPI 3.1 says `null` in the type, or as one more member. */
export const orNull = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()]);

export const oneOfTexts = (texts: readonly string[]): TSchema =>
  Type.Unsafe<string>({ type: 'string', enum: [...texts] });

export const record = (names: readonly string[], schema: TSchema) =>
  Type.Object(Object.fromEntries(names.map((name) => [name, schema])), closed);

export const costUsd = record(['total', ...COMPONENTS], money);
export const tokens = record(TOKEN_CLASSES, whole);
export const outcomeCounts = record(OUTCOMES, whole);
export const countsByName = Type.Record(Type.String(), whole);
export const bothBases = (schema: TSchema) => record(['resolved', 'autonomous'], orNull(schema));
