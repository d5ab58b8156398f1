/**
 * Solvent behind a real OpenTelemetry Collector: `npm run interop:collector [-- --tasks N]`.
 *
 * Builds a Collector with Go's builder into .cache/ (once; needs Go and its module proxy), runs otel-collector.yaml as it
 * stands with its ports mapped by environment, sends the demo's agents through it, and compares: the API of Solvent, its
 * gauges as the Collector scraped them and as they were pushed to it. Then Solvent goes away while agents send. At last the
 * same Collector runs docker/otel-collector-fleet.yaml before three replicas (test/fleet/collector.interop.test.ts; needs a
 * PostgreSQL).
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { demoConfig } from '../dist/demo/run.js';
import { demoTraffic } from '../dist/demo/traffic.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The version of the image in docker/compose.yaml; stable modules are numbered apart. */
const [VERSION, STABLE] = ['v0.155.0', 'v1.61.0'];
const cache = join(root, '.cache', `collector-${VERSION}`);
/** Longer than Solvent is away, however slowly it starts. */
const PATIENT = { timeoutMillis: 60_000 };
const CORE = 'go.opentelemetry.io/collector';
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';
const MODULES = {
  receivers: [`${CORE}/receiver/otlpreceiver`, `${CONTRIB}/receiver/prometheusreceiver`],
  processors: [`${CORE}/processor/memorylimiterprocessor`],
  exporters: [
    `${CORE}/exporter/otlpexporter`,
    `${CORE}/exporter/debugexporter`,
    `${CONTRIB}/exporter/prometheusexporter`,
  ],
  providers: [`${CORE}/confmap/provider/envprovider`, `${CORE}/confmap/provider/fileprovider`],
};
/** Of the fleet's file. Not every module proxy has it; without it connections are spread over the replicas, not traces. */
const LOAD_BALANCING = `${CONTRIB}/exporter/loadbalancingexporter`;
const WANTED = {
  'frugal-agent': { resolved: '5.5', autonomous: '11' },
  'thorough-agent': { resolved: '2.5', autonomous: '2.631578947368' },
};

const { values: options } = parseArgs({ options: { tasks: { type: 'string', default: '100' } } });
/** Of each agent and round; every twentieth fails, so that a multiple of 20 gives the golden figures. */
const tasks = Number(options.tasks);
const children = [];
const folder = mkdtempSync(join(tmpdir(), 'solvent-interop-'));
let closed = 0;

try {
  const otelcol = buildCollector();
  await throughCollector(otelcol);
  for (const child of children.splice(0).reverse()) await stop(child);
  runFleet(otelcol);
  say('all of it agrees');
} finally {
  for (const child of children.reverse()) await stop(child);
  rmSync(folder, { recursive: true, force: true });
}

async function throughCollector(otelcol) {
  const ports = await freePorts('solventGrpc solventHttp web grpc http pushed scraped self'.split(' '));
  let solvent = await startSolvent(ports);
  await startCollector(otelcol, ports);

  await send('OTLP/gRPC', new GrpcExporter({ url: `http://127.0.0.1:${ports.grpc}` }));
  await send('OTLP/HTTP', new ProtoExporter({ url: `http://127.0.0.1:${ports.http}/v1/traces` }));
  await checkApi(ports);
  await checkGauges('scraped by the Collector', ports.scraped, ports);
  await checkGauges('pushed to the Collector', ports.pushed, ports);

  await stop(solvent);
  say('Solvent is stopped; agents go on sending');
  const sending = send('OTLP/gRPC', new GrpcExporter({ url: `http://127.0.0.1:${ports.grpc}`, ...PATIENT }));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  solvent = await startSolvent(ports);
  await sending;
  await checkApi(ports);
}

function runFleet(otelcol) {
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  run(process.execPath, [...flags, jest, 'test/fleet/collector.interop.test.ts'], {
    cwd: root,
    env: { ...process.env, SOLVENT_COLLECTOR: otelcol },
  });
}

function buildCollector() {
  const whole = join(cache, 'otelcol-fleet');
  if (existsSync(whole)) return whole;
  const served = spawnSync('go', ['list', '-m', `${LOAD_BALANCING}@${VERSION}`], { cwd: tmpdir() });
  if (served.status === 0) return buildWith(whole, [...MODULES.exporters, LOAD_BALANCING]);
  say(`${LOAD_BALANCING} ${VERSION} is not to be had here: the fleet runs without it`);
  const binary = join(cache, 'otelcol');
  return existsSync(binary) ? binary : buildWith(binary, MODULES.exporters);
}

function buildWith(binary, exporters) {
  const startMs = Date.now();
  const kinds = { ...MODULES, exporters };
  const sources = join(cache, 'sources');
  mkdirSync(sources, { recursive: true });
  const version = (module) => (module.includes('/confmap/') ? STABLE : VERSION);
  const manifest = [
    `dist: { name: otelcol, output_path: ${sources}, version: ${VERSION.slice(1)} }`,
    ...Object.entries(kinds).map(
      ([kind, modules]) =>
        `${kind}:\n${modules.map((module) => `  - gomod: ${module} ${version(module)}\n`).join('')}`,
    ),
  ];
  writeFileSync(join(cache, 'builder.yaml'), manifest.join('\n'));
  const bin = join(cache, 'bin');
  run('go', ['install', `${CORE}/cmd/builder@${VERSION}`], { env: { ...process.env, GOBIN: bin } });
  const generate = ['--config', join(cache, 'builder.yaml'), '--skip-get-modules', '--skip-compilation'];
  run(join(bin, 'builder'), generate);
  // The builder would write go.mod and tidy it, which asks for all that the tests of these modules import, too.
  const modules = [...Object.values(kinds).flat(), `${CORE}/otelcol`, `${CORE}/service`];
  const requires = modules.map((module) => `require ${module} ${version(module)}\n`);
  writeFileSync(join(sources, 'go.mod'), `module otelcol\n\ngo 1.25.0\n\n${requires.join('')}`);
  const half = `${binary}.half`;
  run('nice', ['go', 'build', '-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', half, '.'], {
    cwd: sources,
    env: { ...process.env, CGO_ENABLED: '0' },
  });
  renameSync(half, binary);
  say(`a Collector ${VERSION} is built (${seconds(startMs)})`);
  return binary;
}

async function startSolvent(ports) {
  const child = start('solvent', process.execPath, ['dist/main.js', 'serve'], {
    SOLVENT_CONFIG: fileURLToPath(demoConfig()),
    SOLVENT_DATA_DIR: join(folder, 'data'),
    SOLVENT_OTLP_GRPC_PORT: ports.solventGrpc,
    SOLVENT_OTLP_HTTP_PORT: ports.solventHttp,
    SOLVENT_WEB_PORT: ports.web,
    SOLVENT_LOG_LEVEL: 'error',
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `http://127.0.0.1:${ports.grpc}`,
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'grpc',
    OTEL_METRIC_EXPORT_INTERVAL: 1000,
  });
  await says(child, child.stdout, /is ready/);
  return child;
}

async function startCollector(otelcol, ports) {
  const child = start('collector', otelcol, ['--config', join(root, 'otel-collector.yaml')], {
    SOLVENT_OTLP_ENDPOINT: `127.0.0.1:${ports.solventGrpc}`,
    SOLVENT_WEB_ENDPOINT: `127.0.0.1:${ports.web}`,
    COLLECTOR_OTLP_GRPC_PORT: ports.grpc,
    COLLECTOR_OTLP_HTTP_PORT: ports.http,
    COLLECTOR_PUSHED_PORT: ports.pushed,
    COLLECTOR_SCRAPED_PORT: ports.scraped,
    COLLECTOR_SELF_PORT: ports.self,
    COLLECTOR_SCRAPE_INTERVAL: '1s',
  });
  await says(child, child.stderr, /Everything is ready/);
  say('the Collector runs otel-collector.yaml');
}

async function send(transport, exporter) {
  const startMs = Date.now();
  const sent = await demoTraffic({ exporter, tasks, nowMs: Date.now() });
  if (sent.lost > 0) throw new Error(`${sent.lost} of ${sent.spans} spans were lost: ${sent.why}`);
  closed += sent.tasks;
  say(
    `${sent.tasks} tasks, ${sent.spans} spans, sent through the Collector by ${transport} (${seconds(startMs)})`,
  );
}

async function checkApi(ports) {
  const rows = await until(`${closed} tasks are closed`, async () => {
    const response = await fetch(`http://127.0.0.1:${ports.web}/api/v1/cpst?group_by=agent_type`);
    const { rows } = await response.json();
    const count = rows.flatMap((row) => Object.values(row.tasks)).reduce((sum, one) => sum + one, 0);
    return count === closed && rows;
  });
  for (const { agent_type: agent, cpst_usd: cpst } of rows) {
    same(`CPST of ${agent} in the API, over ${closed} tasks`, cpst, WANTED[agent]);
  }
}

/** Every family of Solvent's own page must be behind the Collector, under the same name, with the same CPST. */
async function checkGauges(how, port, ports) {
  const own = namesOf(await page(ports.web));
  const behind = await until(`the gauges ${how} follow`, async () => {
    const text = await page(port);
    const solved =
      /^agent_tasks\{(?=.*outcome="solved")(?=.*window="24h")(?=.*"thorough-agent").*\} (\d+)/m.exec(text);
    return Number(solved?.[1]) === (closed / 2) * 0.95 && text;
  });
  same(`names of what was ${how}`, namesOf(behind), own);
  for (const [agent, bases] of Object.entries(WANTED)) {
    const found = Object.fromEntries(
      Object.keys(bases).map((basis) => [basis, cpstOf(behind, agent, basis)]),
    );
    same(`CPST of ${agent}, ${how}`, found, bases);
  }
}

async function page(port) {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

function namesOf(text) {
  return [...new Set(text.match(/^(?:agent|solvent)_\w+/gm))].sort();
}

function cpstOf(text, agent, basis) {
  const labels = [`agent_type="${agent}"`, `basis="${basis}"`, 'window="24h"'];
  const line = text
    .split('\n')
    .find((one) => one.startsWith('agent_cpst_usd{') && labels.every((label) => one.includes(label)));
  return line?.split('} ')[1]?.split(' ')[0];
}

function same(what, found, wanted) {
  const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (left !== right) throw new Error(`${what}: ${left}, but should be ${right}`);
  say(`${what}: ${left.length > 100 ? `${found.length} in all` : left}`);
}

async function freePorts(names) {
  const servers = await Promise.all(
    names.map(async (name) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return [name, server];
    }),
  );
  const ports = Object.fromEntries(servers.map(([name, server]) => [name, server.address().port]));
  for (const [, server] of servers) server.close();
  return ports;
}

function start(name, command, args, env) {
  const given = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, String(value)]));
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: folder, ...given },
  });
  child.told = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => child.told.push(`${name}: ${line}`));
  children.push(child);
  return child;
}

async function says(child, stream, wanted) {
  for await (const chunk of stream.iterator({ destroyOnReturn: false }))
    if (wanted.test(String(chunk))) return;
  throw new Error(`it ended before it said ${wanted}:\n${child.told.join('\n')}`);
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

async function until(wanted, probe) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await probe().catch(() => undefined);
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`not within a minute: ${wanted}\n${lastWords()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function lastWords() {
  return children.flatMap(({ told }) => told.slice(-15)).join('\n');
}

function run(command, args, given = {}) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', ...given });
  if (error !== undefined) throw new Error(`${command} cannot be started: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function seconds(startMs) {
  return `${((Date.now() - startMs) / 1000).toFixed(1)} s`;
}
