import { expect, test } from '@jest/globals';
import { openLog } from '../../src/telemetry/log.ts';

const written = (level: 'debug' | 'info' | 'silent') => {
  const lines: string[] = [];
  const log = openLog({ level, to: { write: (line) => lines.push(line) } });
  log.debug({}, 'small talk');
  log.info({ port: 9464 }, 'listening');
  log.error({ err: new Error('no space') }, 'the journal cannot be written');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
};

test('a line is JSON with level, time, fields and message, and nothing of the machine', () => {
  const [line] = written('info') as [Record<string, unknown>];
  expect(line).toEqual({ level: 'info', time: expect.any(String), port: 9464, msg: 'listening' });
  expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('an error is told with its message and stack', () => {
  expect(written('info')[1]).toMatchObject({
    level: 'error',
    err: { message: 'no space', stack: expect.any(String) },
  });
});
