import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { silentLog } from '../../src/lib/log.ts';
import { readPriceTexts } from '../../src/price/load.ts';
import { openPriceFile } from '../../src/price-file.ts';
import { handClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/service.ts';
import { until } from '../support/until.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

test('a folder of price files is read anew when one of them changes, comes or goes', async () => {
  const path = join(folder.path, 'prices');
  mkdirSync(path);
  let written = 1000;
  const write = (name: string, input: string) => {
    const row = `version: 1\nprices: [{provider: acme, match: {exact: ${name}}, usd: {input: "${input}"}}]\n`;
    writeFileSync(join(path, `${name}.yaml`), row);
    written += 1;
    utimesSync(join(path, `${name}.yaml`), written, written);
  };
  write('a', '1');
  const read = await readPriceTexts(path);
  if (read.kind === 'refused') throw new Error(read.complaints.join());
  const clock = handClock();
  const taken: string[] = [];
  let looks = 0;
  const file = openPriceFile({
    path,
    lookEveryMs: 5000,
    texts: read.texts,
    readTexts: readPriceTexts,
    take: async ({ userTable }) =>
      void taken.push(
        (userTable?.rows ?? [])
          .map(({ priceId, periods }) => `${priceId} ${periods[0]!.tiers[0].rates.get('input')!.text}`)
          .join(', '),
      ),
    clock: {
      now: clock.now,
      after(delayMs, task) {
        looks += 1;
        return clock.after(delayMs, task);
      },
    },
    count: () => {},
    log: silentLog,
  });
  const lookThrice = async () => {
    for (let times = 0; times < 3; times += 1) {
      const before = looks;
      clock.advance(5000);
      await until('the next look is set', () => looks > before);
    }
  };
  await lookThrice();
  expect(taken).toEqual([]);
  write('b', '2');
  await lookThrice();
  write('a', '3');
  await lookThrice();
  rmSync(join(path, 'b.yaml'));
  await lookThrice();
  expect(taken).toEqual(['acme/a 1, acme/b 2', 'acme/a 3, acme/b 2', 'acme/a 3']);
  await file.close();
});
