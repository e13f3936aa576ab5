/** What the benchmarks page says after it has loaded. */

const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

export const benchmarkText = {
  loading: "Loading the module and the model",
  step: (name: string, done: number, total: number) => `${name}: ${done} of ${total}`,
  done: "Done.",
  stopped: "Stopped.",
  copied: "Copied.",
  copyByHand: "The browser does not let the page copy: take the text below.",
  failed: (message: string) => `That did not work: ${message}`,

  machine: "This machine",
  results: "Medians",
  columns: { name: "What", median: "Median", spread: "Fastest to slowest" },
  milliseconds: (value: number) => `${number.format(value)} ms`,
  measures: {
    load: "From the cache to the first embedding",
    batch: "Embed 16 passages",
    question: "Embed a short question",
    scan: "Search 5,183 vectors",
  },
  facts: {
    version: "Module and kernel",
    cores: "Logical cores",
    memory: "Memory, at least",
    platform: "Platform",
    browser: "Browser",
    date: "Date",
  },
};
