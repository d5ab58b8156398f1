import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { isInstalled } from './prometheus.ts';

/** Goal: the example alerts fire when they should, and not otherwise. Method: promtool plays rules-unit.yaml to them. */

const root = fileURLToPath(new URL('../../', import.meta.url));

if (isInstalled('promtool')) {
  test.each([
    ['check', 'config', 'docker/prometheus/prometheus.yml'],
    ['check', 'rules', 'docker/prometheus/rules.yml'],
    ['test', 'rules', 'test/docker/rules-unit.yaml'],
  ])('promtool %s %s %s', (...args) => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: root, encoding: 'utf8' });
    expect({ status, told: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, told: '' });
  });
} else test.skip('the alert rules: promtool is not installed, so they were not tried', () => {});
