import { Type } from '@sinclair/typebox';
import { at, closed, oneOfTexts, orNull, whole } from './parts.ts';

export const backupBody = Type.Object({}, closed);

export const backup = Type.Object(
  {
    name: Type.String({ description: 'Its folder below `backups` of the data directory.' }),
    state: oneOfTexts(['running', 'done', 'failed']),
    why: orNull(Type.String()),
    started_at: at,
    paused_ms: Type.Integer({ description: 'For how long nothing was settled; senders were answered.' }),
    files: whole,
    bytes: whole,
  },
  closed,
);
