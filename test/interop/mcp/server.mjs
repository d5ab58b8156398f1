/** An MCP server over stdio with two tools; one asks a model, one always fails. It traces where it is told how. */
import { createRequire } from 'node:module';
import { traceTool } from '@arizeai/openinference-core';
import { MCPInstrumentation } from '@arizeai/openinference-instrumentation-mcp';
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as serverStdioModule from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';
import { startTelemetry } from './telemetry.mjs';

const { MOCK_URL, SERVER_TRACES } = process.env;

const openInference = new MCPInstrumentation();
const stopTelemetry =
  SERVER_TRACES === 'yes' ? startTelemetry([new OpenAIInstrumentation(), openInference]) : () => {};
if (SERVER_TRACES === 'yes') openInference.manuallyInstrument({ serverStdioModule });
const { default: OpenAI } = createRequire(import.meta.url)('openai');
const client = new OpenAI({ baseURL: `${MOCK_URL}/openai/v1` });

const ran = (name, ok) =>
  fetch(`${MOCK_URL}/truth/tool`, { method: 'POST', body: JSON.stringify({ name, ok }) });

async function weather({ city }) {
  await ran('weather', true);
  const messages = [{ role: 'user', content: `How is the weather in ${city}?` }];
  const answer = await client.chat.completions.create({ model: 'gpt-5-mini', messages });
  return { content: [{ type: 'text', text: answer.choices[0].message.content }] };
}

async function broken() {
  await ran('broken', false);
  throw new Error('no');
}

const traced = (name, tool) =>
  SERVER_TRACES === 'yes' ? traceTool(tool, { name, attributes: { 'tool.name': name } }) : tool;
const server = new McpServer({ name: 'weather-server', version: '1.0.0' });
server.registerTool('weather', { inputSchema: { city: z.string() } }, traced('weather', weather));
server.registerTool('broken', { inputSchema: {} }, traced('broken', broken));
process.stdin.on('end', async () => {
  await stopTelemetry();
  process.exit(0);
});
await server.connect(new serverStdioModule.StdioServerTransport());
