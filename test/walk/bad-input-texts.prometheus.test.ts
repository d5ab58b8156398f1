import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { withService } from '../support/service.ts';
import { bodyOf, expectSound, post, span, Witnesses } from './witness.ts';

const promtool = (page: string) =>
  spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
const missing = promtool('').error !== undefined;
if (missing)
  process.stderr.write('promtool is not installed: bad-input-texts.prometheus.test.ts is skipped\n');

/** Goal: Prometheus' own reader takes the page of a whole service to which hostile names were sent. */
(missing ? describe.skip : describe)('promtool check metrics', () => {
  test('has nothing to say of names that break out of formats', async () => {
    const names = [
      '"} 1\nagent_tasks 1',
      '\\"',
      '\n',
      '\0\u0001\r\u2028',
      '\ud800',
      '\ufeff',
      '# HELP x y',
      '__proto__',
      '😀',
      '',
    ];
    await withService({}, async (service) => {
      const witnesses = new Witnesses();
      for (const name of names) {
        const given = {
          'agent.session.id': name,
          'agent.type': name,
          'agent.task.type': name,
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': name,
          'gen_ai.request.model': name,
          'gen_ai.usage.output_tokens': 5,
        };
        expect(
          (await post(service, bodyOf([span(given), witnesses.span()], { 'service.name': name }))).status,
        ).toBe(200);
      }
      expect((await post(service, '{{{')).status).toBe(400);
      await witnesses.charged(service);
      await expectSound(service);
      const page = await (await fetch(`${service.addresses.web}/metrics`)).text();
      const { status, stdout, stderr } = promtool(page);
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    });
  });
});
