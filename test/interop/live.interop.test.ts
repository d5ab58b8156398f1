/**
 * **Goal**: what the agents' own libraries send is charged as the provider billed it.
 * **Method**: the mock provider, a whole Solvent and each emitter's program with its real packages, on loopback. The task
 * that Solvent tells of must be the mock's truth, less what package.json says that this emitter loses. `npm run interop`
 * installs the packages and runs this; `npm run interop:record` also keeps what was sent as recordings, which
 * `replay.test.ts` replays wherever there are no packages.
 */
import { describe, expect, test } from '@jest/globals';
import { type Emitter, readEmitters } from './harness/emitters.ts';
import { openReceiver } from './harness/receiver.ts';
import { type Recording, writeRecording } from './harness/recording.ts';
import { readInstalled, runEmitter } from './harness/run.ts';
import { compare, send, taskIds, withSolvent } from './harness/solvent.ts';
import { openMock } from './mock/server.ts';

const mode = process.env.INTEROP ?? '';
const installed = mode === '' ? new Map() : readInstalled();
const emitters = readEmitters();
const chosen = emitters.filter(({ name }) => installed.has(name));
const CASE_MS_MAX = 180_000;

/** The service's door itself, or, to record, a receiver whose bodies are sent on afterwards. */
async function runCase(emitter: Emitter, name: string): Promise<void> {
  const known = emitter.cases.get(name)!;
  const session = `${emitter.name}-${name}`;
  const mock = await openMock();
  const receiver = await openReceiver();
  const program = installed.get(emitter.name)!;
  try {
    await withSolvent(async (service) => {
      const endpoint = mode === 'record' ? receiver.endpoint : service.addresses.otlpHttp;
      await runEmitter({ installed: program, mockUrl: mock.url, endpoint, session, name });
      expect(mock.strange).toEqual([]);
      const { truth } = mock;
      if (mode === 'record') {
        const body = receiver.recorded();
        const recording: Recording = { emitter: emitter.name, case: name, session, ...truth };
        const day = new Date().toISOString().slice(0, 10);
        writeRecording(emitter, recording, { body, folder: program.folder, day });
        await send(service, body);
      }
      await compare(service, session, { truth, known });
      expect(await taskIds(service)).toEqual([session]);
    });
  } finally {
    await receiver.close();
    await mock.close();
  }
}

if (mode === '')
  test.skip('live emitters: their packages are not installed here; npm run interop installs and runs them', () => {});
else
  test('there is something to run', () => {
    expect(chosen.length).toBeGreaterThan(0);
  });

// In a landing none may be left out; by hand one runs those that one named.
if (mode === 'live' && process.env.CI === 'true')
  test('every program that is to run live is installed', () => {
    const missing = emitters.filter(({ name, live }) => live && !installed.has(name));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

for (const emitter of chosen)
  describe(`${emitter.name}, live`, () => {
    for (const [name, { needs }] of emitter.cases) {
      const title = needs === undefined ? name : `${name}, which needs: ${needs}`;
      (needs === undefined ? test : test.failing)(title, () => runCase(emitter, name), CASE_MS_MAX);
    }
  });
