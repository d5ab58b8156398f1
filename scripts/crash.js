/**
 * `npm run crash:nightly [-- --schedules N] [--seed S] [--save]`: N crash schedules of test/crash (500), printed as Markdown;
 * `--save` puts the result into docs/numbers.md. Exit code 1 where one of them failed; how to live it again is printed before.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: { schedules: { type: 'string' }, seed: { type: 'string' }, save: { type: 'boolean' } },
});
const schedules = values.schedules ?? '500';
const seed = values.seed ?? String(Date.now() % 0x7fff_ffff);
const result = join(root, '.cache', 'crash-result.json');
mkdirSync(dirname(result), { recursive: true });
rmSync(result, { force: true });

const startedAt = Date.now();
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join('node_modules', 'jest', 'bin', 'jest.js'),
    'test/crash/schedules',
  ],
  {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, CRASH_SCHEDULES: schedules, CRASH_SEED: seed, CRASH_RESULT: result },
  },
);

const text = markdown(JSON.parse(readFileSync(result, 'utf8')));
process.stdout.write(text);
if (values.save) save(text);
process.exit(status ?? 1);

function markdown({ ends, lives, torn, acked, lost, doubled, ...told }) {
  const { stop = 0, ...deaths } = ends;
  const killed = Object.values(deaths).reduce((sum, times) => sum + times, 0);
  const minutes = ((Date.now() - startedAt) / 60_000).toFixed(0);
  const rows = Object.entries(deaths).sort(([left], [right]) => (left < right ? -1 : 1));
  return `${told.schedules} schedules in ${minutes} minutes, seed ${told.seed}, Node ${process.versions.node}, ${cpus().length} cores.

| what | times |
|---|---|
| lives of the process, the last of each schedule not counted | ${lives} |
| stopped by SIGTERM | ${stop} |
| killed | ${killed} |
${rows.map(([how, times]) => `| killed at \`${how}\` | ${times} |`).join('\n')}
| journal tails torn or garbled afterwards | ${torn} |
| acknowledged requests' parts and reports | ${acked} |
| charge lines lost | ${lost} |
| charge lines doubled | ${doubled} |
| schedules that failed | ${status === 0 ? 0 : 'at least 1'} |
`;
}

/** Between the marks that docs/numbers.md has for it. */
function save(text) {
  const path = join(root, 'docs', 'numbers.md');
  const [from, to] = ['<!-- crash schedules -->\n', '<!-- /crash schedules -->'];
  const page = readFileSync(path, 'utf8');
  const [before, rest = ''] = page.split(from);
  const [, after] = rest.split(to);
  if (after === undefined) throw new Error(`${path} has no place for the crash schedules`);
  writeFileSync(path, `${before}${from}\n${text}\n${to}${after}`);
}
