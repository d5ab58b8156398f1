/**
 * Gemini CLI, asked once without a terminal, with its own traces switched on. The tool it is told to use is that of an MCP server;
 * everything that would go anywhere but to loopback is switched off.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const { MOCK_URL, OTEL_EXPORTER_OTLP_ENDPOINT, INTEROP_SESSION, PATH } = process.env;
const here = import.meta.dirname;
const home = mkdtempSync(join(tmpdir(), 'interop-gemini-'));
mkdirSync(join(home, '.gemini'));
mkdirSync(join(home, 'work'));

writeFileSync(
  join(home, '.gemini', 'settings.json'),
  JSON.stringify({
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
    security: { auth: { selectedType: 'gemini-api-key' } },
    privacy: { usageStatisticsEnabled: false },
    mcpServers: {
      weather: {
        command: process.execPath,
        args: [join(here, 'weather.mjs')],
        env: { MOCK_URL, TOOL_NAME: 'mcp_weather_get_weather' },
        trust: true,
      },
    },
    telemetry: {
      enabled: true,
      traces: true,
      target: 'local',
      useCollector: true,
      otlpProtocol: 'http',
      otlpEndpoint: OTEL_EXPORTER_OTLP_ENDPOINT,
      logPrompts: false,
    },
  }),
);
const cli = join(here, 'node_modules', '@google', 'gemini-cli', 'bundle', 'gemini.js');
const child = spawn(
  process.execPath,
  [
    cli,
    '--model',
    'gemini-2.5-pro',
    '--approval-mode',
    'yolo',
    '--prompt',
    'How warm is it in Oslo? [[use mcp_weather_get_weather]]',
  ],
  {
    cwd: join(home, 'work'),
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: `${dirname(process.execPath)}:${PATH}`,
      HOME: home,
      GEMINI_API_KEY: 'mock',
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
      GEMINI_TELEMETRY_TRACES_ENABLED: 'true',
      GOOGLE_GEMINI_BASE_URL: `${MOCK_URL}/gemini`,
      OTEL_RESOURCE_ATTRIBUTES: `agent.session.id=${INTEROP_SESSION}`,
      // Nothing leaves the machine: what is not switched off finds no proxy.
      HTTPS_PROXY: 'http://127.0.0.1:9',
      NO_PROXY: '127.0.0.1,localhost',
    },
  },
);
const [code] = await once(child, 'exit');
rmSync(home, { recursive: true, force: true });
process.exitCode = code ?? 1;
