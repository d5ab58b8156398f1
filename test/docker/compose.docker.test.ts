import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readSettings } from '../../src/settings/read.ts';
import { isInstalled } from './prometheus.ts';

/** Goal: what docker/ holds fits together. Method: the real docker-compose reads the file; the rest is read as text. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

interface Service {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly volumes: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: object;
  readonly networks?: { readonly default?: { readonly aliases?: readonly string[] } };
}
const { services } = parse(text('docker/compose.yaml'), { merge: true }) as {
  services: Record<string, Service>;
};
const COMPOSE = ['docker-compose', 'docker-compose-v2'].find(isInstalled);

(COMPOSE === undefined ? test.skip : test)(
  COMPOSE === undefined
    ? 'compose.yaml: docker-compose is not installed, so it did not read it'
    : 'docker-compose reads compose.yaml',
  () => {
    const { status, stderr, stdout } = spawnSync(
      COMPOSE!,
      ['-f', 'docker/compose.yaml', 'config', '--services'],
      { cwd: root, encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    // Older ones list those of every profile.
    const always = stdout
      .trim()
      .split('\n')
      .filter((name) => services[name]?.profiles === undefined);
    expect(always.sort()).toEqual(['grafana', 'otel-collector', 'prometheus', 'solvent']);
  },
);

(COMPOSE === undefined ? test.skip : test)(
  COMPOSE === undefined
    ? 'compose.yaml --profile fleet: docker-compose is not installed, so it did not read it'
    : 'docker-compose reads compose.yaml with the profile fleet',
  () => {
    const args = ['-f', 'docker/compose.yaml', '--profile', 'fleet', 'config'];
    const { status, stderr, stdout } = spawnSync(COMPOSE!, args, { cwd: root, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(Object.keys(parse(stdout).services)).toEqual(expect.arrayContaining(FLEET));
  },
);

const REPLICAS = ['solvent-1', 'solvent-2', 'solvent-3'];
const OF_EXPORTER = [
  'protocol',
  'resolver',
  'retry_on_failure',
  'routing_attributes',
  'routing_key',
  'sending_queue',
  'timeout',
];
const OF_DNS = ['hostname', 'interval', 'port', 'timeout'];
const FLEET = [...REPLICAS, 'postgres', 'otel-collector-fleet'];

describe('the profile fleet', () => {
  test('replicas have the same settings but for their names, and they are taken', () => {
    const rests = REPLICAS.map((name) => {
      const { SOLVENT_REPLICA: replica, ...rest } = services[name]?.environment ?? {};
      expect(replica).toBe(name);
      return rest;
    });
    for (const rest of rests) expect(rest).toEqual(rests[0]);
    const file = { path: 'docker/solvent.yaml', text: text('docker/solvent.yaml') };
    expect(readSettings({ file, env: { ...rests[0], SOLVENT_REPLICA: 'solvent-1' } })).toMatchObject({
      kind: 'ok',
      settings: { journal: 'database', replica: 'solvent-1' },
    });
  });

  test('the Collector spreads traces over all of them, and retries around them', () => {
    const config = parse(text('docker/otel-collector-fleet.yaml'));
    const { loadbalancing } = config.exporters;
    expect(loadbalancing.routing_key).toBe('traceID');
    const { dns } = loadbalancing.resolver;
    const [, name] = /^\$\{env:SOLVENT_FLEET_HOST:-(.*)\}$/.exec(dns.hostname) ?? [];
    // Of all replicas, and of nothing else that runs beside them.
    const named = Object.entries(services).filter(([, one]) =>
      one.networks?.default?.aliases?.includes(name!),
    );
    expect(named.map(([replica]) => replica)).toEqual(REPLICAS);
    expect(dns.port).toBe('4317');
    // The keys of the exporter's own schema (config.schema.yaml); what is in `protocol.otlp`, the retries and the queue
    // goes through a real Collector in npm run interop:collector.
    expect(OF_EXPORTER).toEqual(expect.arrayContaining(Object.keys(loadbalancing)));
    expect(Object.keys(loadbalancing.resolver)).toEqual(['dns']);
    expect(OF_DNS).toEqual(expect.arrayContaining(Object.keys(dns)));
    expect(Object.keys(loadbalancing.protocol)).toEqual(['otlp']);
    expect(loadbalancing.retry_on_failure.max_elapsed_time).toBe('0s');
    expect(loadbalancing.protocol.otlp.sending_queue.enabled).toBe(false);
    expect(config.service.pipelines.traces.exporters).toEqual(['loadbalancing']);
    expect(services['otel-collector-fleet']?.image).toBe(services['otel-collector']?.image);
  });
});

describe('compose.yaml', () => {
  test('every image has a version of its own', () => {
    for (const { image } of Object.values(services)) expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?$/);
  });

  test('the Collector is the one that interop:collector tries', () => {
    const [, version] = services['otel-collector']?.image.split(':') ?? [];
    expect(text('scripts/interop-collector.js')).toContain(`'v${version}'`);
  });

  test('every file that is mounted is there', () => {
    const mounted = Object.values(services)
      .flatMap(({ volumes }) => volumes.map((volume) => volume.split(':')[0]!))
      .filter((path) => path.startsWith('.'));
    expect(mounted.length).toBeGreaterThan(4);
    expect(mounted.filter((path) => !existsSync(`${root}docker/${path}`))).toEqual([]);
  });

  test('whoever is waited for says when it is ready', () => {
    for (const name of ['solvent', 'prometheus', 'grafana'])
      expect(services[name]?.healthcheck).toBeDefined();
  });

  test('Solvent takes the settings that it is given', () => {
    const { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: push, ...rest } = services.solvent?.environment ?? {};
    expect(push).toBe('http://otel-collector:4317');
    const file = { path: 'docker/solvent.yaml', text: text('docker/solvent.yaml') };
    const env = Object.fromEntries(Object.entries(rest).filter(([name]) => name.startsWith('SOLVENT_')));
    expect(readSettings({ file, env })).toMatchObject({ kind: 'ok' });
  });

  test('the settings that are commented out are right too', () => {
    const commented = text('docker/solvent.yaml').replaceAll(/^# (?=\w+:| {2})/gm, '');
    const read = readSettings({ file: { path: 'docker/solvent.yaml', text: commented }, env: {} });
    expect(read).toMatchObject({ kind: 'ok', settings: { prices: expect.stringContaining('prices.yaml') } });
  });
});

describe('Dockerfile', () => {
  const dockerfile = text('docker/Dockerfile');
  const ignored = text('.dockerignore').split('\n');

  test('everything that it copies is let through by .dockerignore, and there', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) =>
      paths!.split(' '),
    );
    expect(copied.length).toBeGreaterThan(6);
    expect(copied.filter((path) => !ignored.includes(`!${path}`))).toEqual([]);
    expect(copied.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
  });

  test('it does not run as root, says how it is, and keeps its data apart', () => {
    expect(dockerfile).toMatch(/^USER 10001:10001$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK .*docker\/healthcheck\.js/m);
    expect(dockerfile).toMatch(/^VOLUME \/data$/m);
    expect(dockerfile).toMatch(/^EXPOSE 4317 4318 9464$/m);
    expect(dockerfile).toMatch(/^CMD \["node", "dist\/main\.js", "serve"\]$/m);
  });

  test('it is the Node of test:node24', () => {
    expect(dockerfile).toContain('node:24-');
    expect(text('scripts/test-node24.js')).toContain("from './node24.js'");
    expect(text('scripts/node24.js')).toContain("'node@24'");
  });
});

test('Grafana is given the data source and the folder that the dashboard lies in', () => {
  const sources = parse(text('docker/grafana/provisioning/datasources/prometheus.yaml')) as {
    datasources: { type: string; isDefault: boolean; url: string }[];
  };
  expect(sources.datasources).toMatchObject([
    { type: 'prometheus', isDefault: true, url: 'http://prometheus:9090' },
  ]);
  const { providers } = parse(text('docker/grafana/provisioning/dashboards/solvent.yaml')) as {
    providers: { options: { path: string } }[];
  };
  const target = `./grafana/dashboards:${providers[0]?.options.path}:ro`;
  expect(services.grafana?.volumes).toContain(target);
});
