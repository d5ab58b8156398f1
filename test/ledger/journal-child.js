/**
 * Appends to the journal in argv[2] in four lanes until it is killed; prints every record's name and position
 * after its append resolved. Names begin with argv[3], so that they differ from life to life.
 */
import { writeSync } from 'node:fs';
import { openJournal } from '../../dist/ledger/journal.js';

const [dir, life] = process.argv.slice(2);
const journal = await openJournal({ dir, segmentBytesMax: 256 * 1024 });

async function lane(number) {
  for (let index = 0; ; index += 1) {
    const name = `${life}-${number}-${index}`;
    const position = await journal.append(Buffer.from(`${name} `.padEnd(100 + ((index * 997) % 9000), 'x')));
    writeSync(1, `${name} ${position}\n`);
  }
}

await Promise.all([lane(1), lane(2), lane(3), lane(4)]);
