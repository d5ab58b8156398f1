import { readFile } from 'node:fs/promises';
import { type ReadSettings, readSettings } from './read.ts';

/**
 * Reads the settings file, if one is named by `--config` or else by SOLVENT_CONFIG, and the environment.
 * Never rejects: a file that cannot be read is a complaint.
 */
export async function loadSettings({
  configPath,
  env,
}: {
  readonly configPath?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Promise<ReadSettings> {
  const path = configPath ?? (env.SOLVENT_CONFIG || undefined);
  if (path === undefined) return readSettings({ env });
  const from = configPath === undefined ? 'SOLVENT_CONFIG' : '--config';
  try {
    return readSettings({ file: { path, text: await readFile(path, 'utf8') }, env });
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    const unread = `${path} (${from}) cannot be read: ${WHY[why] ?? why}`;
    const rest = readSettings({ env });
    return { kind: 'refused', complaints: [unread, ...(rest.kind === 'refused' ? rest.complaints : [])] };
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
};
