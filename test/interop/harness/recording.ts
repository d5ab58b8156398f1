import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Truth } from '../mock/truth.ts';
import { type Emitter, recordingFolder } from './emitters.ts';
import type { Recorded } from './receiver.ts';

/** What stands in truth.json: which program was recorded, and what the mock billed it for. */
export interface Recording extends Truth {
  readonly emitter: string;
  readonly case: string;
  readonly session: string;
}

/** This repository, in whose cache the programs are installed. */
const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Attributes of the machine, which say nothing of the emitter. */
const MACHINE = /^(?:process|host|os|container|telemetry\.distro)\./;

interface Attributed {
  readonly resource?: { readonly attributes?: readonly { readonly key: string }[] };
}

/** Where in its own code an emitter made a span: half of what Codex sends. */
const withoutCode = (key: string, value: unknown): unknown =>
  key === 'attributes' && Array.isArray(value) ? value.filter((one) => !CODE.test(one.key)) : value;
const CODE = /^code\./;

/** A program's own home, for agents that read and write files. */
const TEMPORARY = new RegExp(`${tmpdir()}/[\\w.-]+`, 'g');

/** The body without the machine it was made on: resource attributes about it, and folders in texts. */
function withoutMachine({ resourceSpans }: Recorded, folder: string): string {
  const kept = resourceSpans.map((one) => {
    const { resource } = one as Attributed;
    if (resource === undefined) return one;
    const attributes = resource.attributes?.filter(({ key }) => !MACHINE.test(key));
    return { ...(one as object), resource: { ...resource, attributes } };
  });
  return JSON.stringify({ resourceSpans: kept }, withoutCode)
    .replaceAll(folder, '/app')
    .replaceAll(ROOT, '/app')
    .replaceAll(homedir(), '/home/agent')
    .replaceAll(TEMPORARY, '/home/agent');
}

/** Writes span.json, truth.json and NOTE.md of one case; `day` as 2026-11-27. */
export function writeRecording(
  emitter: Emitter,
  recording: Recording,
  { body, folder, day }: { readonly body: Recorded; readonly folder: string; readonly day: string },
): void {
  const path = recordingFolder(emitter, recording.case);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'span.json'), withoutMachine(body, folder));
  writeFileSync(join(path, 'truth.json'), `${JSON.stringify(recording, null, 2)}\n`);
  writeFileSync(join(path, 'NOTE.md'), noteOf(emitter, recording.case, day));
}

function noteOf(emitter: Emitter, name: string, day: string): string {
  const { note } = emitter.cases.get(name)!;
  const versions = Object.entries(emitter.versions).map(([one, version]) => `- \`${one}\` ${version}`);
  return [
    `# recorded ${emitter.name}${name === 'default' ? '' : `, ${name}`}`,
    ...[emitter.note, note].filter((text) => text !== ''),
    `A recording of test/interop/${emitter.name}, made on ${day} by \`npm run interop:record\`, with`,
    versions.join('\n'),
    'The mock of test/interop answered on loopback; truth.json is what it billed. Attributes of the machine are left out. ' +
      'The packages are under licences of their own; the body is ours.',
    '',
  ].join('\n\n');
}

const GOLDEN = join(ROOT, 'test', 'golden');

/** Every recording of a program in test/interop, with its folder. */
export const readRecordings = (): readonly { readonly path: string; readonly recording: Recording }[] =>
  readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('truth.json'))
    .map((path) => join(GOLDEN, path, '..'))
    .filter((path) => existsSync(join(path, 'span.json')))
    .map((path) => ({ path, recording: JSON.parse(readFileSync(join(path, 'truth.json'), 'utf8')) }))
    .filter(({ recording }) => recording.emitter !== undefined)
    .sort((left, right) => (left.path < right.path ? -1 : 1));
