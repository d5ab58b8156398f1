import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { BASE_MS, send } from '../support/send.ts';
import { get, temporaryFolder } from '../support/service.ts';
import { until } from '../support/until.ts';
import { type Judgement, judge } from './judge.ts';
import { DiedAtStart, type ServiceProcess, startProcess } from './process.ts';
import { type Action, atStop, type Life, type Schedule } from './schedule.ts';
import { tearTail } from './torn.ts';
import { type Half, priceFile, type Report, reportJson, spansOf, type TraceName } from './truth.ts';

/** What a schedule did, for the printed result. */
export interface Story {
  lives: number;
  /** By the point, or `kill -9`, or `stop`. */
  readonly ends: Map<string, number>;
  torn: number;
  judged: Judgement;
}

/** Small enough that a life of a few requests changes files and checkpoints. */
const SMALL = { CRASH_SEGMENT_BYTES: '900', CRASH_CHECKPOINT_BYTES: '20000' };
const LANES = 3;
/** How long a process may live on after its last answer, for the point that it should die at. */
const LINGER_MS = 1000;
/** Nothing is timed here: on a busy machine a process may wait for long. */
const PATIENCE = { deadlineMs: 120_000 };

/** The world outside of the process: what was told, and what of it was acknowledged. */
class World {
  readonly #folder = temporaryFolder();
  readonly dataDir = join(this.#folder.path, 'data');
  readonly prices = join(this.#folder.path, 'prices.yaml');
  priceVersion = 0;
  readonly sent = new Map<string, { readonly name: TraceName; readonly half: Half; acked: boolean }>();
  readonly reports = new Map<number, { readonly report: Report; acked: boolean }>();

  constructor() {
    this.putPrices(0);
  }

  putPrices(version: number): void {
    writeFileSync(`${this.prices}.new`, priceFile(version));
    renameSync(`${this.prices}.new`, this.prices);
    this.priceVersion = version;
  }

  start(life?: Life): Promise<ServiceProcess> {
    const { dataDir, prices } = this;
    const end = life?.end;
    const crashAt = end?.by === 'point' ? { crashAt: { point: end.point, times: end.times } } : {};
    return startProcess({
      dataDir,
      env: { SOLVENT_PRICES: prices, SOLVENT_TRACE_QUIET: '60ms', SOLVENT_PRICES_LOOK: '50ms', ...SMALL },
      ...crashAt,
    });
  }

  remove(): void {
    this.#folder.remove();
  }
}

/** Lives one schedule over one data directory, and then once more until all is told; rejects where anything is not as it must be. */
export async function liveSchedule(schedule: Schedule): Promise<Story> {
  const world = new World();
  const story: Story = { lives: 0, ends: new Map(), torn: 0, judged: NOTHING_JUDGED };
  try {
    for (const life of schedule) {
      const how = await liveOnce(world, life);
      story.lives += 1;
      story.ends.set(how, (story.ends.get(how) ?? 0) + 1);
      const wasKilled = how !== 'stop';
      if (wasKilled && tearTail(world.dataDir, life.tear, how)) story.torn += 1;
    }
    await tellTheRest(world);
    story.judged = await judge(world);
    return story;
  } finally {
    world.remove();
  }
}

const NOTHING_JUDGED: Judgement = { acked: 0, lost: [], doubled: [] };

/** How it ended: a point's name, `kill -9` or `stop`. */
async function liveOnce(world: World, life: Life): Promise<string> {
  let service: ServiceProcess;
  try {
    service = await world.start(life);
  } catch (fault) {
    if (fault instanceof DiedAtStart && fault.at !== undefined) return fault.at;
    throw fault;
  }
  const { end } = life;
  let answers = 0;
  let dead = false;
  void service.dead.then(() => {
    dead = true;
  });
  let killing: Promise<void> | undefined;
  const answered = (): void => {
    answers += 1;
    if (end.by !== 'kill' || answers <= end.answers || killing !== undefined) return;
    killing = new Promise((resolve) => setTimeout(resolve, end.delayMs)).then(service.kill);
  };
  const actions = life.actions.values();
  const lane = async (): Promise<void> => {
    for (const action of actions) {
      if (dead || killing !== undefined) return;
      await act(world, service, action).then(answered, () => {});
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await killing;
  if (end.by === 'term' || (end.by === 'point' && atStop(end.point))) await service.stop();
  else if (end.by === 'point')
    await until('its death', () => dead, { deadlineMs: LINGER_MS, everyMs: 10 }).catch(() => {});
  if (!dead) await service.kill();
  await service.dead;
  return service.diedAt() ?? (end.by === 'term' ? 'stop' : 'kill -9');
}

/** One request, or one act of an operator. Rejects where the process is gone. */
async function act(world: World, service: ServiceProcess, action: Action): Promise<void> {
  switch (action.do) {
    case 'send':
      return sendParts(world, service, action.what);
    case 'report':
      return report(world, service, action.report);
    case 'prices':
      world.putPrices(action.version);
      service.child.kill('SIGHUP');
      return;
    case 'reprice':
      await post(service, '/reprice', { dry_run: false });
      return;
    case 'backup':
      await post(service, '/backup', {});
  }
}

async function sendParts(
  world: World,
  service: ServiceProcess,
  parts: readonly (TraceName & { readonly half: Half })[],
): Promise<void> {
  const told = parts.map(({ half, ...name }) => {
    const key = `${name.task}-${name.trace}-${half}`;
    const known = world.sent.get(key) ?? { name, half, acked: false };
    world.sent.set(key, known);
    return known;
  });
  const status = await send(
    service,
    told.flatMap(({ name, half }) => spansOf(name, half)),
  );
  if (status === 200) for (const one of told) one.acked = true;
}

async function report(world: World, service: ServiceProcess, told: Report): Promise<void> {
  const known = world.reports.get(told.at) ?? { report: told, acked: false };
  world.reports.set(told.at, known);
  if ((await post(service, '/outcomes', reportJson(told, BASE_MS))) === 200) known.acked = true;
}

async function post(service: ServiceProcess, path: string, body: object): Promise<number> {
  const response = await fetch(`${service.addresses.web}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.status;
}

/**
 * The last life, in which nothing happens: senders tell what they were not told to forget, and the other half of each
 * trace, and nothing else; then all is priced by the table in force.
 */
async function tellTheRest(world: World): Promise<void> {
  // In the end everything has a price.
  if (world.priceVersion === 0) world.putPrices(2);
  const service = await world.start();
  try {
    for (const { name } of [...world.sent.values()])
      for (const half of ['calls', 'rest'] as const)
        if (world.sent.get(`${name.task}-${name.trace}-${half}`)?.acked !== true)
          await sendParts(world, service, [{ ...name, half }]);
    for (const { report: told, acked } of [...world.reports.values()])
      if (!acked) await report(world, service, told);
    await until(
      'nothing waits',
      async () => {
        const page = await (await fetch(`${service.addresses.web}/metrics`)).text();
        if (!/^solvent_spans_pending 0$/m.test(page)) return false;
        const open = await get<{ tasks: unknown[] }>(service, '/tasks?outcome=open');
        return open.tasks.length === 0;
      },
      PATIENCE,
    );
    await until(
      'a re-pricing is taken',
      async () => (await post(service, '/reprice', { dry_run: false })) === 200,
    );
    await until(
      'no re-pricing runs',
      async () => {
        const { repricings } = await get<{ repricings: { state: string }[] }>(service, '/repricings');
        return repricings.every(({ state }) => state !== 'running');
      },
      PATIENCE,
    );
    await post(service, '/verify', {});
    const verified = await until(
      'it is verified',
      async () => {
        const told = await get<{ state: string; faults: unknown }>(service, '/verify');
        return told.state !== 'running' && told;
      },
      PATIENCE,
    );
    expect(verified).toMatchObject({ state: 'right', faults: [] });
    await service.stop();
  } finally {
    await service.kill();
  }
}
