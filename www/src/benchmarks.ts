/** The benchmarks page: what is chosen is timed, and what was timed is shown. */

import { asText, reportTable } from "./benchmarks/report.ts";
import { runBenchmarks, type Report } from "./benchmarks/run.ts";
import { benchmarkText as text } from "./benchmarks/strings.ts";
import { byId, fill, h } from "./dom.ts";

const run = byId<HTMLButtonElement>("run");
const stop = byId<HTMLButtonElement>("stop");
const copy = byId<HTMLButtonElement>("copy");
const progress = byId("progress");
const error = byId("error");
let running: AbortController | undefined;
let report: Report | undefined;

async function measure(): Promise<void> {
  const { signal } = (running = new AbortController());
  run.disabled = true;
  stop.hidden = false;
  copy.hidden = true;
  error.hidden = true;
  try {
    report = await runBenchmarks({
      signal,
      onStep: (step) => (progress.textContent = step),
      onReport: (partial) => fill(byId("report"), reportTable(partial)),
    });
    progress.textContent = text.done;
    copy.hidden = false;
  } catch (cause) {
    progress.textContent = signal.aborted ? text.stopped : "";
    if (!signal.aborted) {
      fill(error, h("p", {}, text.failed((cause as Error).message)));
      error.hidden = false;
    }
  } finally {
    run.disabled = false;
    stop.hidden = true;
  }
}

async function copyReport(): Promise<void> {
  if (!report) return;
  const written = asText(report);
  try {
    await navigator.clipboard.writeText(written);
    progress.textContent = text.copied;
  } catch {
    // Where the clipboard is blocked, the text can be taken by hand.
    fill(byId("report"), reportTable(report), h("pre", { tabindex: "0" }, written));
    progress.textContent = text.copyByHand;
  }
}

run.addEventListener("click", () => void measure());
stop.addEventListener("click", () => running?.abort());
copy.addEventListener("click", () => void copyReport());
