/** What `leafcutter eval` prints for people. */

import type { Difference } from "./comparison.js";
import type { Report, SettingReport } from "./report.js";
import { CONFIDENCE, RESAMPLES, type Interval } from "./statistics.js";

export function printReport(report: Report, print: (line: string) => void): void {
  const { counts, embeddings, milliseconds, against, seed } = report;
  print(`${report.dataset} (${report.form}): ${counts.queries} questions, ${counts.documents} documents`);
  printSetting(report, print);
  if (against) {
    print(`against ${against.setting}`);
    printSetting(against, print);
    print("what the first has more, in points");
    const width = widthOf(against.differences);
    for (const [name, difference] of Object.entries(against.differences)) {
      print(`  ${name.padEnd(width)} ${describe(difference)}`);
    }
  }
  const resamples = RESAMPLES.toLocaleString("en");
  print(`  in brackets: ${100 * CONFIDENCE} % intervals over the questions, of ${resamples} resamples (seed ${seed})`);
  print(`  embeddings: ${embeddings.cached} from the cache, ${embeddings.computed} computed`);
  if (embeddings.cacheFailure) print(`  the cache was not written: ${embeddings.cacheFailure}`);
  const { open, add, queries } = milliseconds;
  print(`  ${open} ms to open, ${add} ms to add, ${queries.mean} ms a question (99th percentile ${queries.p99})`);
}

function printSetting({ settings, metrics, intervals }: SettingReport, print: (line: string) => void): void {
  const list = Object.entries(settings).map(([name, value]) => {
    return `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`;
  });
  print(`  ${list.join(", ")}`);
  const width = widthOf(metrics);
  for (const [name, value] of Object.entries(metrics)) {
    print(`  ${name.padEnd(width)} ${value.toFixed(2)} ${brackets(intervals[name]!)}`);
  }
}

function describe({ mean, interval, p, better, worse }: Difference): string {
  const sign = mean >= 0.005 ? "+" : "";
  const questions = `better for ${better.toFixed(1)} % of the questions, worse for ${worse.toFixed(1)} %`;
  return `${sign}${decimal(mean)} ${brackets(interval)}, p ${p.toFixed(4)}, ${questions}`;
}

function brackets([low, high]: Interval): string {
  return `[${decimal(low)}, ${decimal(high)}]`;
}

/** Two digits, and no sign before what they round to 0. */
function decimal(value: number): string {
  return value.toFixed(2).replace(/^-(0\.00)$/, "$1");
}

function widthOf(rows: Record<string, unknown>): number {
  return Math.max(12, ...Object.keys(rows).map((name) => name.length));
}
