/**
 * Claude Code, asked once without a terminal, with its own traces switched on. Its only tool is that of an MCP server, and in
 * one case an agent of its own that has it; everything that would go anywhere but to loopback is switched off.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const { MOCK_URL, OTEL_EXPORTER_OTLP_ENDPOINT, INTEROP_SESSION, INTEROP_CASE, PATH } = process.env;
const here = import.meta.dirname;
const home = mkdtempSync(join(tmpdir(), 'interop-claude-'));

const TOOL_FAILS = INTEROP_CASE === 'failing-tool' ? 'yes' : 'no';
const servers = {
  mcpServers: {
    weather: {
      command: process.execPath,
      args: [join(here, 'weather.mjs')],
      env: { MOCK_URL, TOOL_NAME: 'mcp__weather__get_weather', TOOL_FAILS },
    },
  },
};
const isSubagent = INTEROP_CASE === 'subagent';
const AGENTS = {
  clerk: {
    description: 'Knows the weather.',
    prompt: 'You tell the weather.',
    tools: ['mcp__weather__get_weather'],
  },
};
const QUESTION = `How warm is it in Oslo?${INTEROP_CASE === 'busy' ? ' [[busy]]' : ''}`;
const TASK = JSON.stringify({ description: 'the weather', prompt: QUESTION, subagent_type: 'clerk' });
const PROMPT = isSubagent ? `${QUESTION} [[use Agent ${TASK}]]` : QUESTION;
const command = [
  join(here, 'node_modules', '@anthropic-ai', 'claude-code-linux-x64', 'claude'),
  '--print',
  PROMPT,
  ...['--model', 'claude-sonnet-4-5'],
  ...['--mcp-config', JSON.stringify(servers), '--strict-mcp-config'],
  ...(isSubagent ? ['--agents', JSON.stringify(AGENTS)] : []),
  ...['--tools', isSubagent ? 'Agent' : ''],
  ...['--allowedTools', 'mcp__weather__get_weather', 'Agent'],
];
const child = spawn(command[0], command.slice(1), {
  cwd: home,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: {
    PATH: `${dirname(process.execPath)}:${PATH}`,
    HOME: home,
    ANTHROPIC_BASE_URL: `${MOCK_URL}/anthropic`,
    ANTHROPIC_API_KEY: 'mock',
    // Nothing leaves the machine: what is not switched off finds no proxy.
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1,localhost',
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_ENDPOINT,
    OTEL_RESOURCE_ATTRIBUTES: `service.name=interop,agent.session.id=${INTEROP_SESSION}`,
  },
});
const [code] = await once(child, 'exit');
// A tool of Claude Code's own, which cannot say so itself.
if (isSubagent)
  await fetch(`${MOCK_URL}/truth/tool`, {
    method: 'POST',
    body: JSON.stringify({ name: 'Agent', ok: code === 0 }),
  });
rmSync(home, { recursive: true, force: true });
process.exitCode = code ?? 1;
