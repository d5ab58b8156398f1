import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { get, temporaryFolder } from '../support/service.ts';
import { until } from '../support/until.ts';
import { serving, solvent, stop } from './solvent.ts';
import { type Asked, bodyOf, expectSound, post, Witnesses } from './witness.ts';

/**
 * Goal: a backup is of one moment, and what is restored from it has the same totals to the picodollar; what came after
 * it and is sent again is charged once. Method: the built command line, with a sender that never stops while backups are
 * made, and the restored directory served again.
 */

const folder = temporaryFolder();
afterAll(folder.remove);
const at = (name: string): string => join(folder.path, name);

async function sent(service: Asked, witnesses: Witnesses, requests: number): Promise<void> {
  for (let request = 0; request < requests; request += 1)
    expect((await post(service, bodyOf([witnesses.span()]))).status).toBe(200);
}

const backUp = (dataDir: string, args: readonly string[]) =>
  solvent(['backup', ...args], { SOLVENT_DATA_DIR: dataDir }).ended;
const restored = (from: string, dataDir: string) => solvent(['restore', from, '--data-dir', dataDir]).ended;

interface Manifest {
  readonly schema: number;
  readonly position: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}
const manifestOf = (dir: string): Manifest =>
  JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as Manifest;

const totals = async (service: Asked) => ({
  health: await get<Record<string, unknown>>(service, '/data-health'),
  economics: await get<{ rows: unknown }>(service, '/cpst?group_by=agent_type').then(({ rows }) => rows),
  days: await get(service, '/export/checksums'),
});

describe('of a running service', () => {
  test('while a sender sends: restored it has what the backup had, and what is sent again is charged once', async () => {
    const witnesses = new Witnesses();
    const service = await serving(at('running'));
    await sent(service, witnesses, 10);
    let stopSending = false;
    const bodies: string[] = [];
    const sender = (async () => {
      while (!stopSending) {
        const body = bodyOf([witnesses.span()]);
        expect((await post(service, body)).status).toBe(200);
        bodies.push(body);
      }
    })();
    await until('some were sent', () => bodies.length > 5);
    const ended = await backUp(at('running'), ['--url', service.addresses.web, '--to', at('copy')]);
    expect(ended).toMatchObject({ code: 0, stdout: `${at('copy')}\n` });
    expect(ended.complaints).toEqual([
      expect.stringMatching(/^\d+ files, \d+ bytes; nothing was settled for \d+ ms$/),
    ]);
    stopSending = true;
    await sender;
    await witnesses.charged(service);
    const all = await totals(service);
    expect(readdirSync(at('running/backups'))).toHaveLength(1);
    await stop(service);

    const { files, position } = manifestOf(at('copy'));
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['solvent.duckdb', 'prices/tables.jsonl']),
    );
    expect(position).toMatch(/^\d{10}:\d{12}$/);
    expect(await restored(at('copy'), at('again'))).toMatchObject({ code: 0, complaints: [] });
    expect(readdirSync(at('again')).sort()).toEqual(['journal', 'prices', 'solvent.duckdb']);
    const again = await serving(at('again'));
    // Exporters that sent after the backup send again; of some the journal in the backup knows already.
    for (const body of bodies) expect((await post(again, body)).status).toBe(200);
    await witnesses.charged(again);
    expect(await totals(again)).toEqual(all);
    await expectSound(again);
    await stop(again);
    // As many as were sent are asked for one by one: the slower the machine, the more.
  }, 300_000);

  test('the newest stay, as many as are wanted, and none is made where a client says', async () => {
    const service = await serving(at('kept'), { SOLVENT_BACKUPS_KEEP: '2' });
    await sent(service, new Witnesses(), 2);
    const names: string[] = [];
    for (const _ of [1, 2, 3]) {
      const { stdout } = await backUp(at('elsewhere'), ['--url', service.addresses.web]);
      names.push(/^backups\/(\S+) in the data directory/.exec(stdout)![1]!);
    }
    expect(readdirSync(at('kept/backups')).sort()).toEqual(names.slice(1));
    const asked = async (body: string, type = 'application/json') =>
      fetch(`${service.addresses.web}/api/v1/backup`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
    for (const body of ['{"to": "/etc"}', '[]', '"x"', 'null']) expect((await asked(body)).status).toBe(400);
    expect((await asked('{}', 'text/plain')).status).toBe(415);
    expect((await fetch(`${service.addresses.web}/api/v1/backup`, { method: 'POST' })).status).toBe(400);
    expect(readdirSync(at('kept/backups')).sort()).toEqual(names.slice(1));
    const told = await get<{ backups: { name: string; state: string }[] }>(service, '/backups');
    expect(told.backups).toEqual(names.map((name) => expect.objectContaining({ name, state: 'done' })));
    await stop(service);
  });
});

describe('of files that nobody works with', () => {
  test('as a kill left them, with the ledger’s log: restored they have the same totals', async () => {
    const witnesses = new Witnesses();
    const service = await serving(at('stopped'));
    await sent(service, witnesses, 5);
    await witnesses.charged(service);
    const before = await totals(service);
    service.child.kill('SIGKILL');
    await service.ended;
    expect(existsSync(at('stopped/solvent.duckdb.wal'))).toBe(true);
    expect(await backUp(at('stopped'), ['--to', at('files')])).toMatchObject({
      code: 0,
      stdout: `${at('files')}\n`,
      complaints: [],
    });
    mkdirSync(at('mounted'));
    expect(await restored(at('files'), at('mounted'))).toMatchObject({ code: 0 });
    for (const data of ['mounted', 'stopped']) {
      const again = await serving(at(data));
      await witnesses.charged(again);
      expect(await totals(again)).toEqual(before);
      await stop(again);
    }
  });
});

describe('what cannot be done is one line', () => {
  const refusal = async (
    ended: Promise<{ code: number | null; stdout: string; complaints: readonly string[] }>,
  ) => {
    const { code, stdout, complaints } = await ended;
    expect([code, stdout, complaints.length]).toEqual([1, '', 1]);
    return complaints[0]!;
  };

  test('a backup of nothing, or to where something is', async () => {
    expect(await refusal(backUp(at('none'), []))).toContain(`there is no ledger in ${at('none')}`);
    expect(existsSync(at('none'))).toBe(false);
    mkdirSync(at('filled'));
    writeFileSync(at('filled/x'), '');
    expect(await refusal(backUp(at('stopped'), ['--to', at('filled')]))).toContain('is not empty');
    expect(readdirSync(at('filled'))).toEqual(['x']);
  });

  test('a restore into what is not empty, in use, or half restored', async () => {
    expect(await refusal(restored(at('files'), at('filled')))).toContain(`${at('filled')} is not empty`);
    const service = await serving(at('busy'));
    expect(await refusal(restored(at('files'), at('busy')))).toContain('a service works in');
    await stop(service);
    mkdirSync(at('half/restoring'), { recursive: true });
    expect(await refusal(restored(at('files'), at('half')))).toContain('did not come to its end');
    const started = solvent(['serve'], { SOLVENT_DATA_DIR: at('half') }).ended;
    expect(await refusal(started)).toContain('did not come to its end: empty it');
  });

  type Harm = (dir: string) => void;
  const rewritten =
    (change: (manifest: Manifest) => object): Harm =>
    (dir) =>
      writeFileSync(join(dir, 'manifest.json'), JSON.stringify(change(manifestOf(dir))));
  test.each<[string, Harm, string]>([
    ['without a manifest', (dir) => rmSync(join(dir, 'manifest.json')), 'is no backup, or not a whole one'],
    ['whose manifest is cut', (dir) => writeFileSync(join(dir, 'manifest.json'), '{'), 'is no manifest'],
    ['that lacks a file', (dir) => rmSync(join(dir, 'solvent.duckdb')), 'cannot be read: ENOENT'],
    [
      'with another byte',
      (dir) =>
        writeFileSync(join(dir, 'prices/tables.jsonl'), `${readFileSync(join(dir, 'prices/tables.jsonl'))} `),
      'is not what was backed up there',
    ],
    ['of a newer program', rewritten((manifest) => ({ ...manifest, schema: 999 })), 'this program reads'],
    [
      'that would write elsewhere',
      rewritten((manifest) => ({
        ...manifest,
        files: [...manifest.files, { path: '../outside', bytes: 0, sha256: '' }],
      })),
      'which no backup has',
    ],
  ])('a backup %s is not restored', async (name, harm, wanted) => {
    const dir = at(`harmed-${name.replaceAll(' ', '-')}`);
    cpSync(at('files'), dir, { recursive: true });
    harm(dir);
    expect(await refusal(restored(dir, at('target')))).toContain(wanted);
    expect(existsSync(at('target/solvent.duckdb'))).toBe(false);
    rmSync(at('target'), { recursive: true, force: true });
  });
});
