import { readFileSync } from 'node:fs';

/** What the tests read of a Grafana dashboard; a file has more. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: Datasource;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
  readonly transformations?: readonly {
    readonly id: string;
    readonly options: Readonly<Record<string, unknown>>;
  }[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
}

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat?: string;
  readonly format?: string;
  readonly instant: boolean;
  readonly range: boolean;
  readonly datasource?: Datasource;
}

export interface Datasource {
  readonly type: string;
  readonly uid: string;
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly definition?: string;
  readonly allValue?: string;
  readonly includeAll: boolean;
  readonly current: { readonly value?: unknown };
  readonly datasource?: Datasource;
}

export const readDashboard = (name: string): Dashboard =>
  JSON.parse(
    readFileSync(new URL(`../../docker/grafana/dashboards/${name}.json`, import.meta.url), 'utf8'),
  ) as Dashboard;

export const dataPanels = ({ panels }: Dashboard): readonly Panel[] =>
  panels.filter(({ type }) => type !== 'row');

/** Puts values for `$name` and `${name}`, as Grafana does; a variable without a value is a mistake of the dashboard. */
export function substitute(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (written, braced: string, bare: string) => {
    const value = values[braced ?? bare];
    if (value === undefined) throw new Error(`no variable gives ${written} a value: ${text}`);
    return value;
  });
}

/** `label_values(selector, label)`, the only way that the dashboard asks for a variable's values. */
export function labelValues(definition: string): { readonly selector: string; readonly label: string } {
  const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
  if (selector === undefined || label === undefined)
    throw new Error(`not a label_values(selector, label): ${definition}`);
  return { selector, label };
}

/** The metric names in a query: what stands before a selector, a range or a closing bracket, and is no function. */
export const metricsOf = (expr: string): readonly string[] =>
  expr.match(/\b(?:agent|solvent)_[a-z_]+\b(?=\s*[{[)]|$)/g)?.filter((name) => !LABELS.has(name)) ?? [];

const LABELS = new Set(['agent_type']);
