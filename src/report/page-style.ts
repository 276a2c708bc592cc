// How the page looks: one style sheet, light and dark as the device is set, on a phone, on a desk and on paper. Each pair of
// text and ground has a contrast of at least 4.5 to 1 in both themes.

import { chartStyle } from "./charts/chart-style.ts";

const colours = `
:root {
  color-scheme: light dark;
  --font: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  --ground: #ffffff; --raised: #f5f6f9; --text: #171a21; --soft: #59606e; --line: #e2e5ec; --edge: #868e9d;
  --accent: #2f55c4; --second: #9a5b12; --track: #e4e8f2; --warn: #8a4b00; --warn-ground: #fdf3e3;
  --right-1: #e3ebfd; --right-2: #c3d3fa; --right-3: #2f55c4; --right-text: #1b3a94; --right-3-text: #ffffff;
  --wrong-1: #fbeadb; --wrong-2: #f6cfab; --wrong-3: #a5500c; --wrong-text: #7a3a06; --wrong-3-text: #ffffff;
}
@media (prefers-color-scheme: dark) { @media not print { :root {
  --ground: #12151b; --raised: #1b1f28; --text: #eceef3; --soft: #a5acba; --line: #2c323e; --edge: #6f7888;
  --accent: #8ca8ff; --second: #e8a75c; --track: #2b3140; --warn: #f5c27d; --warn-ground: #2e2416;
  --right-1: #1c2743; --right-2: #293c70; --right-3: #8ca8ff; --right-text: #c3d1ff; --right-3-text: #0f1730;
  --wrong-1: #33241a; --wrong-2: #54351c; --wrong-3: #e8a75c; --wrong-text: #f6cfa3; --wrong-3-text: #2a1703;
} } }
`;

const frame = `
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } .heat { transition: opacity 0.2s; } }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.55 var(--font); overflow-wrap: anywhere; }
body > * { max-width: 68rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 2.5rem); }
header { padding-top: clamp(1.5rem, 5vw, 3.5rem); }
header p { margin: 0; color: var(--soft); }
h1 { margin: 0.2rem 0 0.4rem; font-size: clamp(1.6rem, 5vw, 2.4rem); line-height: 1.15; letter-spacing: -0.02em; }
h2 { margin: 0 0 1rem; font-size: 1.45rem; line-height: 1.2; letter-spacing: -0.015em; }
h3 { margin: 1.75rem 0 0.4rem; font-size: 1rem; line-height: 1.35; }
p { margin: 0 0 0.8rem; max-width: 46rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
code, pre { font: 0.875em/1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { margin: 0; padding: 0.8rem 1rem; border-radius: 6px; background: var(--raised); white-space: pre-wrap; }
main > section { padding-block: clamp(1.75rem, 4vw, 2.75rem); border-top: 1px solid var(--line); }
main > section:first-child { border-top: 0; }
footer { padding-block: 1.5rem 3rem; color: var(--soft); font-size: 0.875rem; }
.note { color: var(--soft); font-size: 0.9rem; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.warning { padding: 0.7rem 0.9rem; border-left: 3px solid var(--warn); background: var(--warn-ground); }
.skip { position: absolute; left: 1rem; top: -4rem; z-index: 3; padding: 0.5rem 1rem; background: var(--ground); }
.skip:focus { top: 0.5rem; }
`;

const bar = `
nav { position: sticky; top: 0; z-index: 2; max-width: none; margin-top: 1.25rem; padding-inline: 0; border-block: 1px solid var(--line); background: var(--ground); }
nav > div { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1rem; max-width: 68rem; margin-inline: auto; padding: 0.55rem clamp(1rem, 4vw, 2.5rem); font-size: 0.9rem; }
nav ul { display: flex; flex: 1 1 20rem; gap: 1rem; min-width: 0; margin: 0; overflow-x: auto; scrollbar-width: thin; padding: 0.15rem 0.1rem; list-style: none; white-space: nowrap; }
nav a { color: var(--soft); text-decoration: none; }
nav a:hover { color: var(--text); text-decoration: underline; }
.looks { display: inline-flex; align-items: center; gap: 0.45rem; cursor: pointer; white-space: nowrap; }
input[type="checkbox"] { accent-color: var(--accent); width: 1.05rem; height: 1.05rem; margin: 0; }
@media (max-width: 40rem) { nav ul { flex-basis: 100%; } }
`;

const verdictStyle = `
.verdict { display: grid; gap: 1.5rem clamp(1.5rem, 5vw, 4rem); }
@media (min-width: 52rem) { .verdict { grid-template-columns: minmax(0, 1fr) minmax(0, 1.35fr); } }
.big { margin: 0 0 0.2rem; font-size: clamp(3.2rem, 11vw, 5rem); font-weight: 650; line-height: 1; letter-spacing: -0.04em; font-variant-numeric: tabular-nums; white-space: nowrap; }
.interval { position: relative; height: 0.5rem; margin-top: 1.2rem; border-radius: 1rem; background: var(--track); }
.reach { position: absolute; inset-block: 0; border-radius: 1rem; background: var(--accent); opacity: 0.45; }
.point { position: absolute; top: 50%; width: 0.95rem; height: 0.95rem; border: 3px solid var(--ground); border-radius: 50%; background: var(--accent); transform: translate(-50%, -50%); }
.ends { display: flex; justify-content: space-between; margin: 0.3rem 0 0.8rem; color: var(--soft); font-size: 0.8rem; }
.sentences p { margin-bottom: 0.65rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.25rem, 1fr)); gap: 1rem 1.25rem; margin: 1.5rem 0 0; }
.facts div { min-width: 0; }
.facts dt { color: var(--soft); font-size: 0.85rem; line-height: 1.35; }
.facts dd { margin: 0.1rem 0 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.facts code { font-weight: 400; }
`;

const tables = `
.scroll { position: relative; overflow-x: auto; margin: 0.5rem 0 1rem; border-radius: 3px; }
table { border-collapse: collapse; font-size: 0.92rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: 0.38rem 0.9rem 0.38rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: baseline; }
thead th { color: var(--soft); font-size: 0.83rem; font-weight: 500; }
tbody th { font-weight: 500; min-width: 6rem; max-width: 26rem; overflow-wrap: anywhere; }
tbody th.right { min-width: 0; }
.right { text-align: right; }
td { white-space: nowrap; }
td .names, td .long { display: block; min-width: 14rem; white-space: normal; overflow-wrap: anywhere; }
data { white-space: nowrap; }
td:last-child, th:last-child { padding-right: 0; }
.marked > * { font-weight: 650; background: var(--raised); }
.marked > :first-child { box-shadow: inset 3px 0 var(--accent); padding-left: 0.7rem; }
td .mark { margin-block: 0.15rem -0.15rem; }
.track { display: block; height: 4px; margin-top: 0.2rem; border-radius: 4px; background: var(--track); overflow: hidden; }
.track > span { display: block; height: 100%; background: var(--accent); }
.bar-cell { display: inline-grid; grid-template-columns: 4.5rem 4.4rem; align-items: center; }
tr:has(.bar-cell) > * { vertical-align: middle; }
.bar-cell .track { grid-row: 1; margin: 0; }
.bar-cell data { grid-column: 2; }
.serious { color: var(--warn); }
.names { font-size: 0.85rem; color: var(--soft); }
ul.names { columns: 18rem; padding-left: 1.1rem; }
details { margin: 0.4rem 0; }
summary { width: fit-content; padding: 0.2rem 0; color: var(--accent); font-size: 0.9rem; cursor: pointer; }
.pair { display: grid; gap: 1.5rem clamp(1.5rem, 4vw, 3rem); align-items: start; }
.pair > * { min-width: 0; }
@media (min-width: 52rem) { .pair { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.chart-figure { margin: 0.75rem 0; min-width: 0; }
.chart-figure h3 { margin-top: 0; }
.pair > div > h3:first-child { margin-top: 0.75rem; }
`;

const photos = `
.photos { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1.25rem 1rem; margin: 1rem 0; padding: 0; list-style: none; }
.photos li { min-width: 0; }
.photo { position: relative; margin: 0; }
.frame { position: relative; display: block; aspect-ratio: 1; border-radius: 6px; background: var(--raised); overflow: hidden; }
label.frame { cursor: pointer; }
.frame img { display: block; width: 100%; height: 100%; object-fit: cover; }
.frame .heat { position: absolute; inset: 0; opacity: 0; }
.frame input { position: absolute; right: 0.4rem; top: 0.4rem; opacity: 0.85; box-shadow: 0 0 0 2px #fff; border-radius: 3px; color-scheme: light; }
.frame:focus-within { outline: 2px solid var(--accent); outline-offset: 2px; }
.frame:has(input:checked) .heat { opacity: 1; }
body:has(#looks:checked) .frame .heat { opacity: 1; }
body:has(#looks:checked) .frame:has(input:checked) .heat { opacity: 0; }
.missing { display: grid; place-items: center; padding: 1rem; color: var(--soft); font-size: 0.85rem; text-align: center; }
.photo figcaption { margin-top: 0.45rem; font-size: 0.88rem; line-height: 1.35; }
.meter { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 0.4rem; margin-bottom: 0.3rem; font-variant-numeric: tabular-nums; }
.meter .track { grid-column: 1 / -1; }
.meter .what { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.meter i { margin-right: 0.3rem; color: var(--soft); font-style: normal; }
.meter.wrong i { color: var(--second); }
.meter.wrong .track > span { background: var(--second); }
.meter b { font-weight: 600; }
.suggested { display: block; }
.file { display: block; overflow: hidden; color: var(--soft); font-size: 0.8rem; text-overflow: ellipsis; white-space: nowrap; }
.confused { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; align-items: flex-start; }
.confused > .scroll { max-width: 100%; }
@media (min-width: 52rem) { .confused > .scroll { position: sticky; top: 4rem; } }
.panels { flex: 1 1 22rem; min-width: 0; }
.panels > .hint { display: grid; place-items: center; min-height: 10rem; margin: 0; padding: 1rem; border: 1px dashed var(--line); border-radius: 8px; color: var(--soft); text-align: center; }
.panels:has(.cell:target) > .hint { display: none; }
.cell { display: none; padding: clamp(0.9rem, 2vw, 1.4rem); border-radius: 8px; background: var(--raised); scroll-margin-top: 4.5rem; }
.cell:target { display: block; }
.cell:focus { outline: none; }
.cell h3 { margin-top: 0; }
.cell .frame { background: var(--ground); }
.ways { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; margin: 0; }
`;

const paper = `
@media print {
  :root { color-scheme: light; }
  nav, .skip, .ways, .frame input { display: none; }
  body { font-size: 10pt; }
  main > section, .photos li, figure, tr { break-inside: avoid-page; }
  main > section:has(.photos, table) { break-inside: auto; }
  .scroll { overflow: visible; }
  .photos { grid-template-columns: repeat(6, minmax(0, 1fr)); }
  details::details-content { content-visibility: visible; block-size: auto; }
  * { print-color-adjust: exact; }
}
`;

export const pageStyle = [colours, frame, bar, verdictStyle, tables, chartStyle, photos, paper].join("");
