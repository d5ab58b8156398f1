/**
 * Prints the pages that come from tables: docs/settings.md and docs/metrics.md, and docs/dialects.md from the tests'
 * programs and recordings, which only a test can read. Tests compare them.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { metricsDoc } from '../dist/export/metrics-doc.js';
import { settingsDoc } from '../dist/settings/docs.js';

writeFileSync('docs/settings.md', settingsDoc());
writeFileSync('docs/metrics.md', metricsDoc());

const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    'test/tidy/dialects-doc',
  ],
  { stdio: 'inherit', env: { ...process.env, DOCS_UPDATE: '1' } },
);
process.exitCode = status ?? 1;
