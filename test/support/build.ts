import { spawnSync } from 'node:child_process';

/** Before all suites: the tests that start Solvent as a process run what `npm run build` makes. */
export default function build(): void {
  const { status } = spawnSync(process.execPath, ['scripts/build.js'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the build failed; see above');
}
