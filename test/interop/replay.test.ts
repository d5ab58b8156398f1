/**
 * **Goal**: what the emitters of this folder sent once is charged as the provider billed it, on every machine.
 * **Method**: each recording in test/golden that a program of this folder made goes through the door of a whole Solvent;
 * its task must be what the mock billed, as `live.interop.test.ts` has it, and there must be no other task.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
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

describe('what was recorded is charged as it was billed', () => {
  test('there are recordings', () => {
    expect(recordings.length).toBeGreaterThan(0);
  });

  for (const { path, recording } of recordings) {
    const known = emitters.get(recording.emitter)?.cases.get(recording.case);
    const title = titleOf(path);
    const replay = () =>
      withSolvent(async (service) => {
        await send(service, JSON.parse(readFileSync(join(path, 'span.json'), 'utf8')));
        await compare(service, recording.session, { truth: recording, known: known! });
        expect(await taskIds(service)).toEqual([recording.session]);
      });
    if (known?.needs === undefined) test(title, replay);
    else test.failing(`${title}, which needs: ${known.needs}`, replay);
  }
});
