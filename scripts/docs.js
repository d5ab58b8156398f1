/** Prints the pages that come from tables: docs/settings.md and docs/metrics.md. A test compares them. */
import { writeFileSync } from 'node:fs';
import { metricsDoc } from '../dist/export/metrics-doc.js';
import { settingsDoc } from '../dist/settings/docs.js';

writeFileSync('docs/settings.md', settingsDoc());
writeFileSync('docs/metrics.md', metricsDoc());
