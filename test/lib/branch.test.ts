import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Branch } from '../../src/lib/branch.ts';

const branchOf = (root: Branch<string>, texts: readonly string[]): Branch<string> =>
  texts.reduce((at, text) => at.to(text), root);

test('a branch is found again by its texts in their order, and by no others', () => {
  // `__proto__` and the like are texts as all others.
  const text = fc.oneof(fc.constantFrom('', 'a', 'ab', 'b', '__proto__', 'constructor'), fc.string());
  fc.assert(
    fc.property(fc.array(fc.array(text, { maxLength: 4 }), { maxLength: 20 }), (paths) => {
      const root = new Branch<string>();
      for (const path of paths) branchOf(root, path).value = JSON.stringify(path);
      for (const path of paths) expect(branchOf(root, path).value).toBe(JSON.stringify(path));
    }),
  );
});

test('a new branch holds nothing', () => {
  expect(new Branch<number>().to('a').value).toBeUndefined();
});
