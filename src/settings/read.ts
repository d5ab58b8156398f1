import { dirname } from 'node:path';
import { assert } from '../lib/assert.ts';
import { crossChecks } from './cross-checks.ts';
import { unknownVariables } from './environment.ts';
import { type Complain, type Given, type GivenEntry, parseGiven, shown } from './given.ts';
import type { Row } from './row.ts';
import { unknownKey } from './structured.ts';
import { envName, SETTING_NAMES, SETTINGS, type SettingName, type Settings, yamlName } from './table.ts';

export interface SettingsSources {
  /** The settings file as read. `path` is how the operator named it. */
  readonly file?: { readonly path: string; readonly text: string } | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type ReadSettings =
  | { readonly kind: 'ok'; readonly settings: Settings }
  /** Every mistake, one line each: where it is, what was given, what was wanted. */
  | { readonly kind: 'refused'; readonly complaints: readonly string[] };

/** The environment beats the file, the file beats the defaults. An empty variable counts as unset. */
export function readSettings({ file, env }: SettingsSources): ReadSettings {
  const complaints: string[] = [];
  const complain: Complain = (line) => complaints.push(line);
  const values = new Map<SettingName, unknown>();
  for (const name of SETTING_NAMES) values.set(name, defaultOf(name));
  if (file !== undefined) readFile(file, values, complain);
  readEnvironment(env, values, complain);
  // A refused setting is absent here, so that the checks between settings judge only what could be read.
  const settings = Object.fromEntries(values) as unknown as Settings;
  crossChecks(settings, complain);
  return complaints.length === 0 ? { kind: 'ok', settings } : { kind: 'refused', complaints };
}

type Values = Map<SettingName, unknown>;

const rowOf = (name: SettingName): Row<unknown> => SETTINGS[name];

function readFile(file: { path: string; text: string }, values: Values, complain: Complain): void {
  const place = (line: number, key: string): string => `${file.path}:${line}:${key === '' ? '' : ` ${key}`}`;
  const given = parseGiven(file.text, place, complain);
  if (given === undefined || given.shape === 'nothing') return;
  if (given.shape !== 'map') {
    complain(`${file.path} is ${shown(given)}, but should be a mapping such as {web_port: 9464}`);
    return;
  }
  const seen = new Set<SettingName>();
  for (const entry of given.entries) {
    const name = SETTING_NAMES.find((one) => entry.key === one || entry.key === yamlName(one));
    if (name === undefined) complain(unknownKey(entry, SETTING_NAMES.map(yamlName)));
    else if (seen.has(name)) complain(`${entry.value.name} is given twice`);
    else if (entry.value.shape !== 'nothing')
      readOne(name, entry, { folder: dirname(file.path), values, complain });
    if (name !== undefined) seen.add(name);
  }
}

function readEnvironment(env: SettingsSources['env'], values: Values, complain: Complain): void {
  for (const name of SETTING_NAMES) {
    const text = env[envName(name)];
    if (text === undefined || text.trim() === '') continue;
    const value = variable(name, text, complain);
    if (value !== undefined) readOne(name, { key: name, value }, { folder: '', values, complain });
  }
  for (const line of unknownVariables(env)) complain(line);
}

/** A structured setting takes YAML, or plain words: `a`, or `a, b`. */
function variable(name: SettingName, text: string, complain: Complain): Given | undefined {
  const { kind } = rowOf(name);
  const place = envName(name);
  if (!kind.structured) return { shape: 'text', name: place, text };
  // Some attribute names, such as `@type` and `*`, are plain words and no YAML.
  if (/^[\w.$@/*-]+(\s*,\s*[\w.$@/*-]+)*$/.test(text.trim())) return plainWords(place, text);
  const given = parseGiven(text, (_line, key) => place + (key === '' ? '' : `: ${key}`), complain);
  return given?.shape === 'text' ? plainWords(place, given.text) : given;
}

/** What has a comma is a list, whatever else stands in it: `a, b,` is a slip, and no attribute of that name. */
function plainWords(name: string, text: string): Given {
  const items = text.split(',').map((item): Given => ({ shape: 'text', name, text: item.trim() }));
  return items.length === 1 ? items[0]! : { shape: 'list', name, items };
}

function readOne(
  name: SettingName,
  { value }: GivenEntry,
  to: { folder: string; values: Values; complain: Complain },
): void {
  const row = rowOf(name);
  const complain: Complain = row.secret
    ? () => to.complain(`${value.name} should be ${row.kind.wanted}`)
    : to.complain;
  const read = row.kind.read(value, complain, to.folder);
  if (read === undefined) to.values.delete(name);
  else to.values.set(name, read);
}

/** Defaults are written as an operator would write them and read by the same rules. */
function defaultOf(name: SettingName): unknown {
  const row = rowOf(name);
  if (row.default === undefined) return undefined;
  const fail: Complain = (line) => assert(false, `the default of ${name} is a value that is wanted: ${line}`);
  const given = row.kind.structured
    ? parseGiven(row.default, (_line, key) => key, fail)
    : ({ shape: 'text', name, text: row.default } as const);
  assert(given !== undefined, `the default of ${name} can be read`);
  return row.kind.read(given, fail, '');
}
