import type { Group, Row } from './row.ts';
import { envName, SETTING_NAMES, SETTINGS, type SettingName, yamlName } from './table.ts';

const rowOf = (name: SettingName): Row<unknown> => SETTINGS[name];

/** docs/settings.md, as a whole. */
export function settingsDoc(): string {
  const groups = [...new Set(SETTING_NAMES.map((name) => rowOf(name).group))];
  return `${INTRODUCTION}\n${groups.map(groupDoc).join('\n')}\n${EXAMPLE}`;
}

function groupDoc(group: Group): string {
  const rows = SETTING_NAMES.filter((name) => rowOf(name).group === group).map(rowDoc);
  return `## ${group}\n\n| key | variable | default | takes | what it does |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

function rowDoc(name: SettingName): string {
  const { kind, default: fallback, help } = rowOf(name);
  const cells = [
    code(yamlName(name)),
    code(envName(name)),
    fallback === undefined ? 'unset' : code(fallback),
  ];
  return `| ${[...cells, cell(kind.wanted), cell(help)].join(' | ')} |`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

/** The settings' part of `--help`: the variable, the default, and what it does. */
export function helpText(): string {
  const lines = SETTING_NAMES.map((name) => {
    const { default: fallback, help } = rowOf(name);
    return `  ${envName(name).padEnd(WIDTH)} ${help}${fallback === undefined ? '' : ` [${fallback}]`}`;
  });
  return `Settings, by environment or in the YAML file of --config or SOLVENT_CONFIG:\n${lines.join('\n')}\n`;
}

const WIDTH = Math.max(...SETTING_NAMES.map((name) => envName(name).length));

const INTRODUCTION = `# Settings

Printed from the table in \`src/settings/table.ts\`; do not edit it here.

Settings come from a YAML file, named by \`--config\` or else by \`SOLVENT_CONFIG\`, and from the environment,
which beats the file. An empty variable counts as unset. A relative path in the file is taken from the file's
folder, one in the environment from the working folder. A setting with a structure (a list or a mapping) takes
YAML or JSON in its variable; a list of plain words also takes \`a,b,c\`. Every mistake is told at once, one line
each, and nothing starts; \`solvent check-config\` does only that. The push of the gauges is steered by the
standard \`OTEL_EXPORTER_OTLP_*\` and \`OTEL_METRIC_EXPORT_INTERVAL\` variables.
`;

const EXAMPLE = `## An example

\`\`\`yaml
outcomes:
  default: root
  agent_types: {support-tier1: explicit}
remediation:
  - {task_type: tier1-ticket, cost_usd: "10"}
  - {agent_type: "coder-*", minutes: 30, hourly_usd: "90"}
evaluations:
  - {name: task_success, min_score: 0.8, outcome: solved}
  - {name: task_success, below_score: 0.8, outcome: failed}
dimensions: [{name: team, from: [team, service.namespace]}]
windows: [1h, 24h, 7d]
prices: ./prices.yaml
\`\`\`
`;
