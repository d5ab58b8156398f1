import { Type } from '@sinclair/typebox';
import { at, closed, oneOfTexts, orNull, whole } from './parts.ts';

export const verification = Type.Object(
  {
    state: oneOfTexts(['running', 'right', 'wrong', 'failed']),
    why: orNull(Type.String()),
    started_at: at,
    ended_at: orNull(at),
    progress: Type.Number({ minimum: 0, maximum: 1 }),
    counts: Type.Object(
      {
        traces: whole,
        charges: whole,
        tasks: whole,
        rolled_off_traces: whole,
        adjustments: whole,
        counters: whole,
      },
      closed,
    ),
    faults: Type.Array(
      Type.Object(
        {
          check: Type.String({ description: 'What was compared.' }),
          where: Type.String({ description: 'The trace, task or table.' }),
          figure: Type.String(),
          kept: Type.String(),
          computed: Type.String(),
        },
        closed,
      ),
      { description: 'The first that were found, at most twenty.' },
    ),
  },
  closed,
);
