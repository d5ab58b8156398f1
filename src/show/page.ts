import type { DataHealth, EconomicsRow, OpenRow, UnpricedRow } from '../domain/ledger-reads.ts';
import type { Task } from '../domain/task.ts';
import type { Window } from '../domain/window.ts';
import { Html, html } from './html.ts';
import { cards, economicsSection } from './page-economics.ts';
import { emptyState } from './page-empty.ts';
import { healthSection, openSection, unpricedSection } from './page-health.ts';
import { latestSection } from './page-latest.ts';
import { STYLE } from './style.ts';

export interface PageData {
  /** All closed tasks of the period as one row; undefined where there are none. */
  readonly all: EconomicsRow | undefined;
  /** By agent type, dearest first. */
  readonly rows: readonly EconomicsRow[];
  readonly open: readonly OpenRow[];
  readonly health: DataHealth;
  readonly unpriced: readonly UnpricedRow[];
  /** Those that closed last, whatever the period. */
  readonly latest: readonly Task[];
  readonly windows: readonly Window[];
  /** Undefined is all time. */
  readonly window: Window | undefined;
  readonly otlp: { readonly grpcPort: number; readonly httpPort: number };
  readonly version: string;
}

/** The page at `/`: what solved tasks cost, by agent type, and how far that can be trusted. */
export function page(data: PageData): string {
  const nothing = data.health.tasks === 0;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Solvent: cost per solved task</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header><h1>Solvent</h1><span class="dim">what every solved task costs</span>${nothing ? undefined : periods(data)}</header>
<main>
${nothing ? emptyState(data.otlp) : figures(data)}
</main>
<footer>
<a href="/api/v1/openapi.json">API document</a>
<a href="/api/v1/cpst?group_by=agent_type">Figures as JSON</a>
<a href="/api/v1/tasks">Tasks</a>
<a href="/metrics">Metrics for Prometheus</a>
<span>Solvent ${data.version}</span>
</footer>
</body>
</html>
`.text;
}

const figures = (data: PageData): Html => html`${cards(data)}
${economicsSection(data)}
${openSection(data.open)}
${latestSection(data.latest)}
${healthSection(data.health)}
${unpricedSection(data.unpriced)}`;

/** Links instead of a script: the server renders each period. */
function periods({ windows, window }: PageData): Html {
  const link = (href: string, name: string, current: boolean): Html =>
    current ? html`<a href="${href}" aria-current="page">${name}</a>` : html`<a href="${href}">${name}</a>`;
  const listed = windows.some(({ name }) => name === window?.name);
  return html`<nav aria-label="Period">${[
    ...windows.map(({ name }) => link(`/?window=${name}`, name, name === window?.name)),
    ...(window === undefined || listed ? [] : [link(`/?window=${window.name}`, window.name, true)]),
    link('/', 'all time', window === undefined),
  ]}</nav>`;
}
