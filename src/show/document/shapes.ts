import { type TSchema, Type } from '@sinclair/typebox';
import { backup, backupBody } from './backup-shapes.ts';
import { checksums, exportedCharge, exportedFile } from './export-shapes.ts';
import { cpstSchema, dataHealth, rateCard, unpriced } from './figure-shapes.ts';
import { event } from './history-shape.ts';
import { closed, orNull } from './parts.ts';
import { reportsAnswer, reportsBody } from './report-shape.ts';
import { adjustment, repriceBody, repricing } from './repricing-shapes.ts';
import { charge, rolledOff, task, taskDetail } from './task-shapes.ts';
import { verification } from './verify-shapes.ts';

export interface Shape {
  /** Of status 200. */
  readonly answer: TSchema;
  readonly body?: TSchema;
  /** Of the answer; JSON unless told. */
  readonly type?: string;
}

/** What every call of the API takes and answers, by `METHOD path`. */
export const shapesOf = (dimensions: readonly string[]): Readonly<Record<string, Shape>> => ({
  'POST /api/v1/outcomes': { answer: reportsAnswer, body: reportsBody },
  'GET /api/v1/tasks': {
    answer: Type.Object({ tasks: Type.Array(task), next_cursor: orNull(Type.String()) }, closed),
  },
  'GET /api/v1/tasks/:id': { answer: taskDetail },
  'GET /api/v1/tasks/:id/charges': {
    answer: Type.Object(
      {
        task_id: Type.String(),
        charges_rolled_off: rolledOff,
        charges: Type.Array(charge),
        adjustments: Type.Array(adjustment, {
          description:
            'What restatements of prices changed; the charges are as they stand after all of them.',
        }),
      },
      closed,
    ),
  },
  'GET /api/v1/tasks/:id/history': {
    answer: Type.Object(
      { task_id: Type.String(), history: Type.Array(event), next_cursor: orNull(Type.String()) },
      closed,
    ),
  },
  'GET /api/v1/cpst': { answer: cpstSchema(['agent_type', 'task_type', 'model', ...dimensions]) },
  'GET /api/v1/unpriced': { answer: Type.Object({ unpriced: Type.Array(unpriced) }, closed) },
  'POST /api/v1/reprice': { answer: repricing, body: repriceBody },
  'GET /api/v1/repricings': { answer: Type.Object({ repricings: Type.Array(repricing) }, closed) },
  'GET /api/v1/repricings/:id': { answer: repricing },
  'POST /api/v1/repricings/:id/pause': { answer: repricing },
  'POST /api/v1/repricings/:id/continue': { answer: repricing },
  'GET /api/v1/export/charges.csv': { answer: exportedFile, type: 'text/csv' },
  'GET /api/v1/export/charges.json': { answer: Type.Array(exportedCharge) },
  'GET /api/v1/export/charges.ndjson': { answer: exportedFile, type: 'application/x-ndjson' },
  'GET /api/v1/export/charges.parquet': { answer: exportedFile, type: 'application/vnd.apache.parquet' },
  'GET /api/v1/export/checksums': { answer: checksums },
  'POST /api/v1/verify': { answer: verification },
  'GET /api/v1/verify': { answer: verification },
  'POST /api/v1/backup': { answer: backup, body: backupBody },
  'GET /api/v1/backups': { answer: Type.Object({ backups: Type.Array(backup) }, closed) },
  'GET /api/v1/backups/:name': { answer: backup },
  'GET /api/v1/data-health': { answer: dataHealth },
  'GET /api/v1/prices/:provider/*model': { answer: rateCard },
});

/** The shape of every error. */
export const problemShape = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  parameter: Type.Optional(Type.String({ description: 'The parameter or field at fault.' })),
  errors: Type.Optional(
    Type.Array(Type.Object({ index: Type.Integer(), field: Type.String(), detail: Type.String() })),
  ),
});
