import { expect, test } from '@jest/globals';
import { openReceiver } from '../fleet/receiver.ts';
import { temporaryFolder, withService } from '../support/service.ts';
import { until } from '../support/until.ts';

test('what is pushed goes on under one name after a restart, and another ledger has another name', async () => {
  const folder = temporaryFolder();
  const receiver = await openReceiver();
  try {
    for (const name of ['one', 'one', 'other'])
      await withService(
        { SOLVENT_DATA_DIR: `${folder.path}/${name}` },
        async () => {
          const before = receiver.pushes.length;
          await until('a push', () => receiver.pushes.length > before);
        },
        { env: receiver.env },
      );
    const processes = [...new Map(receiver.pushes.map(({ by, as }) => [by, as])).values()];
    expect(processes).toHaveLength(3);
    const [first, second, third] = processes;
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  } finally {
    await receiver.close();
    folder.remove();
  }
});
