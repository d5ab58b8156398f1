import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { until } from '../support/until.ts';

/** The README cannot lie: its blocks marked `<!-- run -->` are compared with what the command really prints. */

const readme = readFileSync('README.md', 'utf8');

function block(name: string): string {
  const match = new RegExp(`<!-- run: ${name} -->\n\`\`\`\n([\\s\\S]*?)\`\`\``).exec(readme);
  if (match === null) throw new Error(`the README has a block marked "run: ${name}"`);
  return match[1]!;
}

test('`npm run demo` prints the tables of the README, and serves the gauges that it shows', async () => {
  const child = spawn(process.execPath, ['dist/main.js', 'demo'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      SOLVENT_OTLP_GRPC_PORT: '0',
      SOLVENT_OTLP_HTTP_PORT: '0',
      SOLVENT_WEB_PORT: '0',
    },
  });
  let printed = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  try {
    await until('the demo serves', () => printed.includes('serving until'), { deadlineMs: 80_000 });
    expect(printed).toContain(block('demo'));

    const metricsUrl = /metrics\s+(http\S+)/.exec(printed)?.[1];
    const page = await (await fetch(metricsUrl!)).text();
    const [command = '', ...lines] = block('metrics').trim().split('\n');
    const wanted = new RegExp(/grep '(.+)'/.exec(command)![1]!);
    expect(page.split('\n').filter((line) => wanted.test(line))).toEqual(lines);
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}, 120_000);
