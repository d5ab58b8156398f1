import { expect, test } from '@jest/globals';
import type { KeptPrices, KeptText } from '../../src/ledger/kept-prices.ts';

export const SNAPSHOT: KeptText = { kind: 'snapshot', name: 'list', text: '{"rows": []}' };
export const own = (text: string): KeptText => ({ kind: 'user', name: 'prices.yaml', text });

/** What is promised of the tables that were in force, wherever they are kept. `again` opens the same ones anew. */
export function keptPricesLaws(
  name: string,
  open: () => Promise<{ readonly kept: KeptPrices; again(): Promise<KeptPrices>; close(): Promise<void> }>,
): void {
  test(`${name}: tables are found by their hash, or by how it begins, also after a restart`, async () => {
    const { kept, again, close } = await open();
    await kept.keep('aa11', [SNAPSHOT], 10);
    await kept.keep('aa22', [SNAPSHOT, own('one')], 20);
    await kept.keep('bb33', [SNAPSHOT, own('two')], 30);
    for (const one of [kept, await again()]) {
      expect(await one.texts('aa22')).toEqual([SNAPSHOT, own('one')]);
      expect(await one.texts('b')).toEqual([SNAPSHOT, own('two')]);
      expect(await one.texts('aa')).toBeUndefined();
      expect(await one.texts('cc')).toBeUndefined();
    }
    await close();
  });

  test(`${name}: tables are found by a time; one that comes back is in force from then on`, async () => {
    const { kept, again, close } = await open();
    for (const [hash, ms] of [
      ['a', 10],
      ['a', 15],
      ['b', 20],
      ['a', 30],
    ] as const)
      await kept.keep(hash, [own(hash)], ms);
    const { at, tables } = await again();
    const found = await Promise.all([9, 10, 19, 20, 29, 99].map(at));
    expect(found.map((one) => one?.hash)).toEqual([undefined, 'a', 'a', 'b', 'b', 'a']);
    expect((await tables()).map(({ sinceMs }) => sinceMs)).toEqual([10, 20, 30]);
    await close();
  });

  test(`${name}: a hash is taken as it is written, and texts are whole whatever is in them`, async () => {
    const { kept, again, close } = await open();
    const odd = own('\u0000 \ud83d\ude00 %_ "quoted" \\');
    await kept.keep('a%', [odd, SNAPSHOT], 10);
    expect(await (await again()).texts('a%')).toEqual([odd, SNAPSHOT]);
    expect(await kept.texts('a_')).toBeUndefined();
    expect(await kept.texts('ab')).toBeUndefined();
    await close();
  });
}
