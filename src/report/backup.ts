import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { ask } from './ask.ts';

/** What of a backup's answer the command reads. Fields may be added there; these stay. */
const Told = Type.Object({
  name: Type.String(),
  state: Type.String(),
  why: Type.Union([Type.String(), Type.Null()]),
  paused_ms: Type.Number(),
  files: Type.Number(),
  bytes: Type.Number(),
});
export type BackupJson = Static<typeof Told>;

export type BackedUp =
  | { readonly kind: 'done'; readonly backup: BackupJson }
  | { readonly kind: 'failed'; readonly code: 1 | 2; readonly line: string };

/** Has a running service make a backup in its own data directory, and waits for it. */
export async function askForBackup(
  base: string,
  { fetch, pause }: { readonly fetch: typeof globalThis.fetch; readonly pause: () => Promise<void> },
): Promise<BackedUp> {
  let answer = await ask('/api/v1/backup', base, fetch, {});
  for (;;) {
    if (answer.kind === 'failed') return answer;
    const told = answer.json;
    if (!Value.Check(Told, told))
      return failed(`${base} answers, but not as Solvent does: is another service on this port?`);
    if (told.state === 'done') return { kind: 'done', backup: told };
    if (told.state !== 'running') return failed(`the backup ${told.name} ${told.state}: ${told.why ?? ''}`);
    await pause();
    answer = await ask(`/api/v1/backups/${encodeURIComponent(told.name)}`, base, fetch);
  }
}

const failed = (line: string): BackedUp => ({ kind: 'failed', code: 1, line });
