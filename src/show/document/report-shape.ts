import { Type } from '@sinclair/typebox';
import { OUTCOMES } from '../../domain/task.ts';
import { closed, oneOfTexts, orNull, whole } from './parts.ts';

const decimal = (description: string) =>
  Type.Unsafe<string | number>({ type: ['string', 'number'], description });

const reportSchema = Type.Object(
  {
    task_id: Type.String({ minLength: 1 }),
    outcome: oneOfTexts(OUTCOMES),
    at: Type.Optional(
      orNull(
        Type.String({
          format: 'date-time',
          description: 'Now unless told. The latest report of a task counts.',
        }),
      ),
    ),
    remediation: Type.Optional(
      orNull(
        Type.Object(
          {
            cost_usd: Type.Optional(decimal('What the human cost.')),
            minutes: Type.Optional(decimal('Priced at the configured hourly rate.')),
          },
          closed,
        ),
      ),
    ),
    value_usd: Type.Optional(decimal('What the task was worth.')),
    source: Type.Optional(Type.String({ description: 'Who says so; `api` unless told.' })),
    idempotency_key: Type.Optional(
      Type.String({
        description:
          'Reports of a task with one key are one, the first; of two at one time the greater key counts. Unless told, a digest of it all.',
      }),
    ),
  },
  closed,
);

export const reportsBody = Type.Union([reportSchema, Type.Array(reportSchema)]);

export const reportsAnswer = Type.Object(
  { accepted: whole, repeated: Type.Integer({ description: 'Of these, said twice in this request.' }) },
  closed,
);
