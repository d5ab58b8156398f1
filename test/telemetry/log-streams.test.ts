import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { LOG_LEVELS, openLog } from '../../src/telemetry/log.ts';

/** What a process that logs and is then killed leaves on its streams; it runs what `npm run build` made. */
function lastWords(settings: string): { readonly stdout: string; readonly stderr: string } {
  const program = `
    import { openLog } from ${JSON.stringify(new URL('../../dist/telemetry/log.js', import.meta.url).href)};
    openLog(${settings}).error({ port: 1 }, 'last words');
    process.kill(process.pid, 'SIGKILL');
  `;
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(ended.signal).toBe('SIGKILL');
  return ended;
}

describe('a line is out before the call returns, also where the process is killed next', () => {
  test('on standard error, since standard output belongs to what a command prints', () => {
    const { stdout, stderr } = lastWords("{ level: 'info' }");
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ level: 'error', port: 1, msg: 'last words' });
    expect(stderr.endsWith('}\n')).toBe(true);
  });

  test('on standard output where that is asked for', () => {
    const { stdout, stderr } = lastWords("{ level: 'info', to: 'stdout' }");
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ msg: 'last words' });
  });
});

describe('levels', () => {
  const written = (level: (typeof LOG_LEVELS)[number]): string[] => {
    const lines: string[] = [];
    const log = openLog({ level, to: { write: (line) => lines.push(line) } });
    for (const told of ['debug', 'info', 'warn', 'error'] as const) log[told]({}, told);
    return lines.map((line) => (JSON.parse(line) as { level: string }).level);
  };

  test.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ] as const)('%s', (level, wanted) => {
    expect(written(level)).toEqual(wanted);
  });

  test('are those of the settings', () => {
    expect(LOG_LEVELS).toEqual(['debug', 'info', 'warn', 'error', 'silent']);
  });
});

test('fields are written as they are, and cannot end a line', () => {
  const lines: string[] = [];
  const log = openLog({ level: 'info', to: { write: (line) => lines.push(line) } });
  log.info({ name: 'a\nb', deep: { list: [1, null] } }, 'two\nlines');
  expect(lines).toHaveLength(1);
  expect(lines[0]!.trimEnd()).not.toContain('\n');
  expect(JSON.parse(lines[0]!)).toMatchObject({
    name: 'a\nb',
    deep: { list: [1, null] },
    msg: 'two\nlines',
  });
});
