import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { metricsDoc } from '../../src/export/metrics-doc.ts';
import { settingsDoc } from '../../src/settings/docs.ts';
import { envName, SETTING_NAMES } from '../../src/settings/table.ts';

/** Pages say what is: those from tables are printed from them, links lead somewhere, dependencies have their reason. */

const read = (path: string): string => readFileSync(path, 'utf8');

describe('pages from tables', () => {
  test.each([
    ['docs/settings.md', settingsDoc],
    ['docs/metrics.md', metricsDoc],
  ])('%s is as `npm run docs` prints it', (path, print) => {
    expect(read(path)).toBe(print());
  });
});

const PAGES = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((page) => page.endsWith('.md'))
    .map((page) => join('docs', page)),
];

describe('pages by hand', () => {
  test.each(PAGES)('%s has one title, and its links lead to files that are there', (page) => {
    const text = read(page).replace(/```[\s\S]*?```/g, '');
    expect(text.match(/^# .+$/gm)).toHaveLength(1);
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!);
    expect(links.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
  });

  test('every setting that the pages name exists', () => {
    const known = new Set([...SETTING_NAMES.map(envName), 'SOLVENT_CONFIG']);
    const named = PAGES.flatMap((page) =>
      [...read(page).matchAll(/\bSOLVENT_[A-Z0-9_]+\b/g)].map(([name]) => name),
    );
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  test('every npm script that the README names exists', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read('README.md').matchAll(/npm (?:run )?(?:-s )?([a-z][\w:]*)/g)].map(
      ([, name]) => name!,
    );
    expect(
      named.filter((name) => name !== 'ci' && name !== 'install' && scripts[name] === undefined),
    ).toEqual([]);
  });

  test('every runtime dependency has its reason in docs/decisions', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const decisions = readdirSync('docs/decisions')
      .map((page) => read(join('docs/decisions', page)))
      .join('\n');
    const unexplained = Object.keys(dependencies).filter(
      (name) => !decisions.includes(name.replace('@opentelemetry/', '')),
    );
    expect(unexplained).toEqual([]);
  });

  test('a decision says context, choice and what was given up, in at most 40 lines', () => {
    for (const page of readdirSync('docs/decisions')) {
      const text = read(join('docs/decisions', page));
      for (const part of ['**Context.**', '**Choice.**', '**What we gave up.**'])
        expect(text).toContain(part);
      expect(text.split('\n').length).toBeLessThanOrEqual(41);
    }
  });
});
