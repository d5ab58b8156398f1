/** Prints `N passed, N failed, N skipped` from the runner's own result file, and fails where anything failed or nothing ran. */
import { readFileSync } from 'node:fs';

const result = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const broken = result.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
);
const passed = result.numPassedTests;
const failed = result.numFailedTests + broken.length;
const skipped = result.numPendingTests + result.numTodoTests;

for (const { name } of broken) process.stdout.write(`did not run: ${name}\n`);
for (const { name, assertionResults } of result.testResults) {
  for (const { status, fullName } of assertionResults) {
    if (status === 'pending') process.stdout.write(`skipped: ${fullName} (${name.split('/test/').at(-1)})\n`);
  }
}
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exit(failed > 0 || passed === 0 || !result.success ? 1 : 0);
