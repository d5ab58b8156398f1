import { createHash } from 'node:crypto';

/** The pages' style. Colours of the components are told apart in grey and by most colour-blind eyes. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1a1f27; --dim: #5b6472; --line: #dde1e7; --page: #f6f7f9; --card: #fff;
  --accent: #0b5cad; --warn: #8a4b00; --warnback: #fff4e0;
  --inference: #2f6fb0; --vector: #41a6a1; --tooling: #e2a336; --compute: #8d7ab8; --remediation: #c8433c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ee; --dim: #9aa4b2; --line: #303742; --page: #12151a; --card: #1a1f26;
    --accent: #7db7f0; --warn: #f0c274; --warnback: #33270f;
    --inference: #5b9bd9; --vector: #5bc4be; --tooling: #ecb957; --compute: #a897d3; --remediation: #e5675f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
header, main, footer { max-width: 1240px; margin: 0 auto; padding: 0 24px; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 20px; padding-top: 22px; }
h1 { font-size: 21px; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 16px; margin: 0 0 2px; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
nav { display: flex; flex-wrap: wrap; gap: 4px; margin-left: auto; }
nav a { padding: 3px 11px; border-radius: 999px; }
nav a[aria-current] { background: var(--accent); color: var(--page); font-weight: 600; }
p { margin: 0 0 10px; } .dim { color: var(--dim); } .small { font-size: 13px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px;
  margin: 16px 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 14px; margin: 16px 0; }
.cards div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
.cards b { display: block; font-size: 25px; line-height: 1.3; font-weight: 650; letter-spacing: -.02em; }
.scroll { overflow-x: auto; margin: 0 -18px; padding: 0 18px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { font-weight: 600; font-size: 12.5px; color: var(--dim); text-align: right; vertical-align: bottom;
  padding: 6px 9px; border-bottom: 1px solid var(--line); white-space: nowrap; }
td { text-align: right; padding: 8px 9px; border-bottom: 1px solid var(--line); white-space: nowrap; line-height: 1.35; }
tr:last-child td { border-bottom: 0; }
th:first-child, td:first-child, .left { text-align: left; padding-left: 0; }
td.name { white-space: normal; overflow-wrap: anywhere; min-width: 150px; font-weight: 600; }
td.text { white-space: normal; overflow-wrap: anywhere; text-align: left; }
th.text { text-align: left; }
td.main { font-weight: 650; font-size: 16px; }
.bound { color: var(--warn); font-weight: 650; }
.none { color: var(--dim); }
svg.bar { display: block; width: 140px; height: 12px; border-radius: 3px; background: var(--line); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 12px 0 0; padding: 0; list-style: none; }
.legend svg { width: 10px; height: 10px; margin-right: 6px; border-radius: 2px; }
.inference { fill: var(--inference); } .vector { fill: var(--vector); } .tooling { fill: var(--tooling); }
.compute { fill: var(--compute); } .remediation { fill: var(--remediation); }
.notice { background: var(--warnback); color: var(--warn); border-radius: 8px; padding: 9px 13px; margin: 12px 0 0; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 12px 24px; margin: 8px 0 0; }
dt { font-weight: 600; } dd { margin: 0; color: var(--dim); font-size: 13.5px; }
pre { background: var(--page); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px;
  overflow-x: auto; font: 13px/1.6 ui-monospace, SFMono-Regular, Menlo, monospace; }
code { font: 13px ui-monospace, SFMono-Regular, Menlo, monospace; }
.task { overflow-wrap: anywhere; } .cards b.time { font-size: 17px; line-height: 2; letter-spacing: 0; }
footer { padding-bottom: 34px; color: var(--dim); font-size: 13px; display: flex; flex-wrap: wrap; gap: 4px 20px; }
`;

/** Lets in this style and nothing else: no script, no image, no frame, no form. */
export const PAGE_POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
