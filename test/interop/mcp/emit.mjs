/** An MCP client that calls the tools of server.mjs in another process, under what INTEROP_CASE says. */

import { setSession, traceAgent, traceTool } from '@arizeai/openinference-core';
import { MCPInstrumentation as OpenInference } from '@arizeai/openinference-instrumentation-mcp';
import * as clientModule from '@modelcontextprotocol/sdk/client/index.js';
import * as clientStdioModule from '@modelcontextprotocol/sdk/client/stdio.js';
import { context } from '@opentelemetry/api';
import { McpInstrumentation as OpenLlmetry } from '@traceloop/instrumentation-mcp';
import { answering, startOpenlit, startTelemetry } from './telemetry.mjs';

const { INTEROP_CASE, INTEROP_SESSION } = process.env;
const says = (name) => INTEROP_CASE.includes(name);

const openInference = new OpenInference();
const openLlmetry = new OpenLlmetry();
const stopTelemetry = says('openlit')
  ? startOpenlit({ mcp: clientModule })
  : startTelemetry([openInference, openLlmetry]);
if (says('openinference')) openInference.manuallyInstrument({ clientStdioModule });
if (says('openllmetry')) openLlmetry.manuallyInstrument(clientModule);

const server = {
  command: process.execPath,
  args: ['server.mjs'],
  env: { ...process.env, SERVER_TRACES: says('openinference') ? 'yes' : 'no' },
};

async function useTools() {
  const client = new clientModule.Client({ name: 'weather-client', version: '1.0.0' });
  await client.connect(new clientStdioModule.StdioClientTransport(server));
  const call = (name, args) => async () => {
    const result = await client.callTool({ name, arguments: args });
    if (result.isError) throw new Error('the tool failed');
  };
  const traced = (name, args) =>
    says('openinference')
      ? traceTool(call(name, args), { name, attributes: { 'tool.name': name } })
      : call(name, args);
  await client.listTools();
  await traced('weather', { city: 'Oslo' })();
  await traced('weather', { city: 'Bergen' })();
  await traced('broken', {})().catch(() => {});
  await client.close();
}

/** OpenInference has a span for an agent, and puts the session of the context on all its spans. */
const agent = traceAgent(useTools, { name: 'weather-agent' });
const inSession = () => context.with(setSession(context.active(), { sessionId: INTEROP_SESSION }), agent);

await (says('openinference') ? inSession() : answering(useTools));
await stopTelemetry();
