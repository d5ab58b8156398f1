import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Service, ServiceParts } from '../../../src/service.ts';
import { get, temporaryFolder, withService } from '../../support/service.ts';
import type { Truth } from '../mock/truth.ts';
import { billed } from './billed.ts';
import type { Case } from './emitters.ts';
import { PRICES } from './prices.ts';
import type { Recorded } from './receiver.ts';
import { type ToldTask, told } from './told.ts';

/** A whole Solvent with the prices of `prices.ts`. */
export async function withSolvent(
  run: (service: Service) => Promise<void>,
  parts: Partial<ServiceParts> = {},
): Promise<void> {
  const folder = temporaryFolder();
  try {
    const prices = join(folder.path, 'prices.yaml');
    writeFileSync(prices, PRICES);
    await withService({ SOLVENT_PRICES: prices }, run, parts);
  } finally {
    folder.remove();
  }
}

/** Sends a recording to Solvent's door. */
export async function send(service: Service, body: Recorded): Promise<void> {
  const response = await fetch(`${service.addresses.otlpHttp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect({ status: response.status, body: await response.text() }).toEqual({ status: 200, body: '{}' });
}

/** Fails where what Solvent tells of the session is not what was billed, less what the emitter loses. */
export async function compare(
  service: Service,
  session: string,
  { truth, known }: { readonly truth: Truth; readonly known: Case },
): Promise<void> {
  const { task, account } = await told(service, session);
  expect(account).toEqual(billed(truth, known));
  expect(task.outcome).toBe('solved');
  if (known.agentType !== undefined) expect(task.agent_type).toBe(known.agentType);
  if (known.suppressed !== undefined)
    expect(task.suppressed.map(({ rule }) => rule).sort()).toEqual([...known.suppressed].sort());
}

/** The ids of all tasks that there are: nothing may be charged to a task that nobody named. */
export async function taskIds(service: Service): Promise<string[]> {
  const { tasks } = await get<{ tasks: readonly ToldTask[] }>(service, '/tasks?limit=1000');
  return tasks.map(({ task_id: id }) => id).sort();
}
