import { readSettings } from '../../src/settings/read.ts';
import type { Settings } from '../../src/settings/table.ts';

type Env = Readonly<Record<string, string>>;

/** The settings of a file named `solvent.yaml` and an environment; fails the test where they are refused. */
export function ok(text: string, env: Env = {}): Settings {
  const read = readSettings({ file: { path: 'solvent.yaml', text }, env });
  if (read.kind === 'refused') throw new Error(read.complaints.join('\n'));
  return read.settings;
}

/** Every complaint; none where nothing is refused. */
export function refused(text: string, env: Env = {}): readonly string[] {
  const read = readSettings({ file: { path: 'solvent.yaml', text }, env });
  return read.kind === 'refused' ? read.complaints : [];
}
