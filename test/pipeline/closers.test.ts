import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openClosers } from '../../src/closers.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('closers', () => {
  test('run in reverse, one after the other', async () => {
    const said: string[] = [];
    const closers = openClosers();
    for (const name of ['ledger', 'journal', 'web'])
      closers.add(async () => {
        said.push(`${name} closes`);
        await turn();
        said.push(`${name} is closed`);
      });
    await closers.close();
    expect(said).toEqual([
      ...['web closes', 'web is closed', 'journal closes', 'journal is closed'],
      ...['ledger closes', 'ledger is closed'],
    ]);
  });

  test('nothing to close is closed', async () => {
    await expect(openClosers().close()).resolves.toBeUndefined();
  });

  test('run once: a second close finds only what was added since', async () => {
    const said: string[] = [];
    const closers = openClosers();
    closers.add(() => void said.push('first'));
    await Promise.all([closers.close(), closers.close()]);
    closers.add(() => void said.push('second'));
    await closers.close();
    expect(said).toEqual(['first', 'second']);
  });

  test('whichever of them fail, and how, each runs in its turn and the first failure is told', async () => {
    const ends = fc.constantFrom('well', 'rejects', 'throws', 'throws undefined');
    await fc.assert(
      fc.asyncProperty(fc.array(ends, { maxLength: 8 }), async (all) => {
        const closers = openClosers();
        const ran: number[] = [];
        all.forEach((how, index) => {
          closers.add(() => {
            ran.push(index);
            if (how === 'throws') throw new Error(`${index}`);
            if (how === 'throws undefined') throw undefined;
            return how === 'rejects' ? turn().then(() => Promise.reject(new Error(`${index}`))) : undefined;
          });
        });
        const told = await closers.close().then(
          () => 'well',
          (failure: Error | undefined) => failure?.message ?? 'undefined',
        );
        expect(ran).toEqual(all.map((_, index) => index).reverse());
        const first = all.findLastIndex((how) => how !== 'well');
        expect(told).toBe(
          first === -1 ? 'well' : all[first] === 'throws undefined' ? 'undefined' : `${first}`,
        );
      }),
    );
  });
});
