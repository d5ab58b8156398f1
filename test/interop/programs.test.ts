/**
 * **Goal**: a program of this folder runs alike everywhere, and what it is said to lose means something.
 * **Method**: every emitter's files are read as they are committed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Emitter, LOSSES, readEmitters } from './harness/emitters.ts';
import { readRecordings } from './harness/recording.ts';

const APIS = ['*', 'chat', 'responses', 'messages', 'generate_content', 'embeddings'];
const OTHERS = ['refused', 'tools', 'queries'];

const emitters = readEmitters().map((emitter) => [emitter.name, emitter] as const);
const inNode = emitters.filter(([, { language }]) => language === 'node');
const inPython = emitters.filter(([, { language }]) => language === 'python');
const textOf = (emitter: Emitter, file: string) => readFileSync(join(emitter.folder, file), 'utf8');

/** The packages that a program's own files import, by name. */
function importedBy({ folder }: Emitter): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.mjs') || file.endsWith('.js'));
  const specs = files.flatMap((file) =>
    [
      ...readFileSync(join(folder, file), 'utf8').matchAll(
        /(?:from|import|\brequire|\bimport\()\s*\(?'([^'.][^']*)'/g,
      ),
    ].map(([, spec]) => spec!),
  );
  const packages = specs.filter((spec) => !isBuiltin(spec)).map((spec) => spec.split('/'));
  return [
    ...new Set(packages.map(([first, second]) => (first!.startsWith('@') ? `${first}/${second}` : first!))),
  ];
}

test('there are programs', () => {
  expect(inNode.length).toBeGreaterThan(5);
});

describe.each(emitters)('%s', (_name, emitter) => {
  test('names losses that exist, of calls that exist', () => {
    for (const { lost } of emitter.cases.values())
      for (const [api, losses] of Object.entries(lost)) {
        expect([...APIS, ...OTHERS]).toContain(api.split(' ')[0]);
        expect(api).toMatch(/^\S+(?: stream(?: usage)?)?$/);
        for (const loss of losses) if (typeof loss === 'string') expect(LOSSES).toContain(loss);
      }
  });

  test('says what it does, and has exact versions', () => {
    expect(emitter.note).not.toBe('');
    expect(Object.keys(emitter.versions).length).toBeGreaterThan(0);
    for (const version of Object.values(emitter.versions)) expect(version).toMatch(/^\d[\w.+-]*$/);
  });
});

describe.each(inNode)('%s', (_name, emitter) => {
  test('imports only what its lockfile pins, and from no place of its own', () => {
    const lock = textOf(emitter, 'package-lock.json');
    const { packages } = JSON.parse(lock) as { packages: Record<string, unknown> };
    expect(importedBy(emitter).filter((name) => packages[`node_modules/${name}`] === undefined)).toEqual([]);
    expect(lock).not.toContain('"resolved": "http');
    expect(textOf(emitter, '.npmrc')).toContain('omit-lockfile-registry-resolved=true');
  });
});

describe.each(inPython)('%s', (_name, emitter) => {
  test('pins every line of its requirements', () => {
    const linesOf = (file: string) =>
      textOf(emitter, file)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#'));
    const lines = linesOf('requirements.txt');
    const constraints = lines.flatMap((line) => (line.startsWith('-c ') ? linesOf(line.slice(3)) : []));
    const packages = [...lines.filter((line) => !line.startsWith('-c ')), ...constraints];
    expect(packages.filter((line) => !/^[\w.-]+(?:\[[\w,.-]+\])?==[\w.+!-]+$/.test(line))).toEqual([]);
  });
});

test('no recording names a folder of the machine that it was made on', () => {
  const named = readRecordings().filter(({ path }) =>
    /\.cache\/interop|node_modules\/node\/bin|\/root\//.test(readFileSync(join(path, 'span.json'), 'utf8')),
  );
  expect(named.map(({ path }) => path)).toEqual([]);
});
