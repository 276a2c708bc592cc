// How charts look, as one style sheet: it takes its colours from the page around it, by the names below, and so follows its
// theme. What two lines mean is told by dashes and words as well, never by colour alone.
//
//   --text  --soft  --line    words, their quiet kind, rules
//   --accent  --second        the first thing that is shown, and what it is compared with
//   --ground                  what lies behind

export const chartStyle = `
.chart { display: block; width: 100%; max-width: 34rem; height: auto; overflow: visible; }
.chart text { font: 12px/1 var(--font, system-ui, sans-serif); fill: var(--soft); font-variant-numeric: tabular-nums; }
.chart .axis-title { fill: var(--soft); }
.chart .name { fill: var(--text); }
.chart .label { font-weight: 600; font-size: 12.5px; }
.chart .label.first { fill: var(--accent); }
.chart .label.second { fill: var(--second); }
.chart .rule { stroke: var(--line); stroke-width: 1; }
.chart .axis { stroke: var(--soft); stroke-width: 1; }
.chart .boundary { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
.chart .bar { fill: var(--accent); }
.line path { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.line.first path { stroke: var(--accent); }
.line.second path { stroke: var(--second); }
.line.dashed path { stroke-dasharray: 5 4; }
.line.first .dot { fill: var(--accent); }
.line.second .dot { fill: var(--second); }
.line .bubble { fill: var(--ground); stroke-width: 1.75; }
.line.first .bubble { stroke: var(--accent); }
.line.second .bubble { stroke: var(--second); }
.ring { fill: none; stroke-width: 1.5; }
.ring.first { stroke: var(--accent); }
.mark { display: block; width: 10rem; height: 1rem; }
.matrix { border-collapse: separate; border-spacing: 2px; font-variant-numeric: tabular-nums; }
.matrix th, .matrix td { border: 0; padding: 0; font-weight: 400; }
.matrix thead th { vertical-align: bottom; }
.matrix thead th span { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); padding: 0.25rem 0; max-height: 9rem; overflow: hidden; text-overflow: ellipsis; }
.matrix.short thead th:not(.sum) span { writing-mode: horizontal-tb; transform: none; }
.matrix thead th { text-align: center; }
.matrix tbody th { position: sticky; left: 0; z-index: 1; background: var(--ground); padding-right: 0.6rem; text-align: right; max-width: 9rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.matrix td { min-width: 2.35rem; height: 2.35rem; text-align: center; border-radius: 4px; }
.matrix td a { display: grid; place-items: center; height: 100%; min-height: 2.35rem; color: inherit; border-radius: 4px; text-decoration: none; }
.matrix td a:hover { text-decoration: underline; }
.matrix td.none { color: var(--soft); }
.matrix .sum { color: var(--soft); padding-left: 0.5rem; }
.matrix .right { background: var(--right-1); color: var(--right-text); font-weight: 600; }
.matrix .right.level-3 { background: var(--right-2); }
.matrix .right.level-4, .matrix .right.level-5 { background: var(--right-3); color: var(--right-3-text); }
.matrix .wrong { background: var(--wrong-1); color: var(--wrong-text); }
.matrix .wrong.level-2 { background: var(--wrong-2); }
.matrix .wrong.level-3, .matrix .wrong.level-4, .matrix .wrong.level-5 { background: var(--wrong-3); color: var(--wrong-3-text); }
`;
