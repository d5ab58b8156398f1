/**
 * **Goal**: what the emitters of this folder sent once is charged as the provider billed it, on every machine.
 * **Method**: each recording in test/golden that a program of this folder made goes through the door of a whole Solvent, with those of its dialect;
 * its task must be what the mock billed, as `live.interop.test.ts` has it, and nothing else may come of it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Service } from '../../src/service.ts';
import { readEmitters, recordingFolder } from './harness/emitters.ts';
import { readRecordings } from './harness/recording.ts';
import { compare, send, taskIds, withSolvent } from './harness/solvent.ts';

const emitters = new Map(readEmitters().map((emitter) => [emitter.name, emitter]));
const recordings = readRecordings();
const titleOf = (path: string) => relative(join(import.meta.dirname, '..', 'golden'), path);

describe('recordings and programs agree', () => {
  test.each(recordings.map(({ path, recording }) => [titleOf(path), path, recording] as const))(
    '%s is of a case that exists, and is where it belongs',
    (_title, path, recording) => {
      const emitter = emitters.get(recording.emitter);
      expect(emitter?.cases.has(recording.case)).toBe(true);
      expect(path).toBe(recordingFolder(emitter!, recording.case));
    },
  );

  test.each([...emitters.values()].map((emitter) => [emitter.name, emitter] as const))(
    'every case of %s is recorded',
    (_name, emitter) => {
      const missing = [...emitter.cases.keys()].filter(
        (name) => !existsSync(join(recordingFolder(emitter, name), 'truth.json')),
      );
      expect(missing).toEqual([]);
      expect(emitter.cases.size).toBeGreaterThan(0);
    },
  );
});

/** What is wrong with the replay of one recording; undefined where it is as it should be. */
async function wrongWith(service: Service, { path, recording }: (typeof recordings)[number]) {
  const known = emitters.get(recording.emitter)!.cases.get(recording.case)!;
  const before = await taskIds(service);
  await send(service, JSON.parse(readFileSync(join(path, 'span.json'), 'utf8')));
  try {
    await compare(service, recording.session, { truth: recording, known });
    expect(await taskIds(service)).toEqual([...before, recording.session].sort());
  } catch (fault) {
    return known.needs === undefined ? `${titleOf(path)}: ${fault}` : undefined;
  }
  return known.needs === undefined ? undefined : `${titleOf(path)} is right: take "needs" out of its case`;
}

describe('what was recorded is charged as it was billed', () => {
  const dialects = [...new Set(recordings.map(({ path }) => dirname(titleOf(path))))];

  test('there are recordings, each of a task of its own', () => {
    expect(recordings.length).toBeGreaterThan(0);
    expect(new Set(recordings.map(({ recording }) => recording.session)).size).toBe(recordings.length);
  });

  test.each(dialects)(
    '%s',
    async (dialect) => {
      const wrong: string[] = [];
      await withSolvent(async (service) => {
        for (const one of recordings.filter(({ path }) => dirname(titleOf(path)) === dialect)) {
          const fault = await wrongWith(service, one);
          if (fault !== undefined) wrong.push(fault);
        }
      });
      expect(wrong).toEqual([]);
    },
    120_000,
  );
});
