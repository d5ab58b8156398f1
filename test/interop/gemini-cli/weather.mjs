/** An MCP server with one tool, which tells the mock under which name it ran, and how that ended. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';

const { MOCK_URL, TOOL_NAME, TOOL_FAILS } = process.env;
const isError = TOOL_FAILS === 'yes';
const server = new McpServer({ name: 'weather', version: '1.0.0' });
server.registerTool(
  'get_weather',
  { description: 'The weather of a city.', inputSchema: { city: z.string() } },
  async ({ city }) => {
    await fetch(`${MOCK_URL}/truth/tool`, {
      method: 'POST',
      body: JSON.stringify({ name: TOOL_NAME, ok: !isError }),
    });
    const text = isError ? `no weather in ${city}` : `21 degrees in ${city}`;
    return { content: [{ type: 'text', text }], isError };
  },
);
await server.connect(new StdioServerTransport());
