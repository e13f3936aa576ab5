/** A sweep as a page of its own: a table and a plot, without scripts. */

import type { Sweep } from "./sweep.js";

const ROW = 26;
const LEFT = 190;
const WIDTH = 760;
const RIGHT = 90;

const escape = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);

/** HTML that shows the trials of a sweep over a dataset. */
export function plotPage(name: string, { metric, trials }: Sweep, config: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(name)}: ${escape(metric)} by setting</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
svg { width: 100%; height: auto }
svg text { fill: CanvasText; font: 13px system-ui, sans-serif }
svg .interval { stroke: GrayText; stroke-width: 2 }
svg .mean { fill: GrayText }
svg .chosen { fill: LinkText }
table { border-collapse: collapse }
td, th { padding: .2rem .8rem; text-align: left; border-bottom: 1px solid GrayText }
td:nth-child(n+3) { font-variant-numeric: tabular-nums }
pre { overflow-x: auto }
</style>
<h1>${escape(name)}: ${escape(metric)} by setting</h1>
<p>Each option is tried with the best of those above it. A dot is the mean over the questions, a line its 95 % interval; what is
chosen is marked. The default is left only for what is better beyond chance (p at most 0.05).</p>
${plot(metric, trials)}
<table>
<tr><th>Option<th>Value<th>${escape(metric)}<th>95 % interval<th>p<th>Chosen
${trials
  .map(({ option, value, figure, interval, p, chosen }) => {
    const cells = [
      option,
      value,
      figure.toFixed(2),
      interval.map((bound) => bound.toFixed(2)).join(" to "),
      p.toFixed(3),
    ];
    return `<tr>${[...cells, chosen ? "yes" : ""].map((cell) => `<td>${escape(cell)}`).join("")}`;
  })
  .join("\n")}
</table>
<h2>The configuration</h2>
<pre>${escape(config)}</pre>
</html>
`;
}

function plot(metric: string, trials: Sweep["trials"]): string {
  const least = Math.min(...trials.map(({ interval }) => interval[0]));
  const most = Math.max(...trials.map(({ interval }) => interval[1]));
  const x = (value: number) => LEFT + ((value - least) / Math.max(most - least, 1e-9)) * (WIDTH - LEFT - RIGHT);
  const rows = trials.map(({ option, value, figure, interval, chosen }, index) => {
    const y = ROW * (index + 0.5);
    const [low, high] = interval.map((bound) => x(bound).toFixed(1));
    return `<text x="0" y="${y + 4}">${escape(`${option} ${value}`)}</text>
<line class="interval" x1="${low}" x2="${high}" y1="${y}" y2="${y}"/>
<circle class="${chosen ? "chosen" : "mean"}" cx="${x(figure).toFixed(1)}" cy="${y}" r="${chosen ? 6 : 4}"/>
<text x="${WIDTH - RIGHT + 16}" y="${y + 4}">${figure.toFixed(2)}${chosen ? " *" : ""}</text>`;
  });
  const label = `${metric} of each setting with its interval`;
  return `<svg viewBox="0 0 ${WIDTH} ${ROW * trials.length}" role="img" aria-label="${escape(label)}">\n${rows.join("\n")}\n</svg>`;
}
