import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { dialectTable } from '../../src/normalize/dialects.ts';
import { dialectsDoc, dialectsInShort } from '../support/dialects-doc.ts';

/** The page of dialects is printed from what is tested: `npm run docs` writes it, and the table of the README. */
const update = process.env.DOCS_UPDATE === '1';
const PAGE = 'docs/dialects.md';
const MARKED = /(<!-- dialects -->\n)[\s\S]*?(\n<!-- \/dialects -->)/;

test('docs/dialects.md is as `npm run docs` prints it', () => {
  if (update) writeFileSync(PAGE, dialectsDoc());
  expect(readFileSync(PAGE, 'utf8')).toBe(dialectsDoc());
});

test('the README has the table in short', () => {
  const readme = readFileSync('README.md', 'utf8');
  const printed = readme.replace(MARKED, `$1${dialectsInShort()}$2`);
  expect(readme).toMatch(MARKED);
  if (update) writeFileSync('README.md', printed);
  else expect(readme).toBe(printed);
});

describe('a dialect opens with what its input count includes', () => {
  test.each(dialectTable().map(({ name }) => [name]))('%s', (name) => {
    const [, section = ''] = dialectsDoc().split(`\n## ${name}\n`);
    expect(section.split('**Proven by**')[0]).toMatch(
      /\*\*[^*]*(?:[Ii]nput|[Pp]rompt|[Cc]ounts?|buckets)[^*]*\*\*/,
    );
  });
});
