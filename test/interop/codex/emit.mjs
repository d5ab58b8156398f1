/**
 * Codex, asked once without a terminal, with its own traces switched on. The tool it is told to use is that of an MCP server;
 * everything that would go anywhere but to loopback is switched off.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const { MOCK_URL, OTEL_EXPORTER_OTLP_ENDPOINT, INTEROP_SESSION, INTEROP_CASE, PATH } = process.env;
const here = import.meta.dirname;
const home = mkdtempSync(join(tmpdir(), 'interop-codex-'));
const codexHome = join(home, '.codex');
mkdirSync(codexHome);

const text = JSON.stringify;
const fails = INTEROP_CASE === 'failing-tool' ? 'yes' : 'no';
writeFileSync(
  join(codexHome, 'config.toml'),
  `model = "gpt-5-mini"
model_provider = "mock"
approval_policy = "never"
sandbox_mode = "read-only"
check_for_update_on_startup = false
web_search = "disabled"

[features]
shell_tool = false
unified_exec = false
multi_agent = false
apps = false
plugins = false

[analytics]
enabled = false

[model_providers.mock]
name = "mock"
base_url = ${text(`${MOCK_URL}/openai/v1`)}
env_key = "OPENAI_API_KEY"
wire_api = "responses"
supports_websockets = false

[mcp_servers.weather]
command = ${text(process.execPath)}
args = [${text(join(here, 'weather.mjs'))}]
env = { MOCK_URL = ${text(MOCK_URL)}, TOOL_NAME = "mcp__weatherget_weather", TOOL_FAILS = "${fails}" }
default_tools_approval_mode = "approve"

[otel]
environment = "interop"
exporter = "none"
metrics_exporter = "none"
trace_exporter = { otlp-http = { endpoint = ${text(`${OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`)}, protocol = "json" } }
`,
);
const child = spawn(
  join(
    here,
    'node_modules',
    '@openai',
    'codex-linux-x64',
    'vendor',
    'x86_64-unknown-linux-musl',
    'bin',
    'codex',
  ),
  [
    'exec',
    '--skip-git-repo-check',
    `How warm is it in Oslo? [[use get_weather]]${INTEROP_CASE === 'busy' ? ' [[busy]]' : ''}`,
  ],
  {
    cwd: home,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: `${dirname(process.execPath)}:${PATH}`,
      HOME: home,
      CODEX_HOME: codexHome,
      OPENAI_API_KEY: 'mock',
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
