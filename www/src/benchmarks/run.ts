/** The benchmarks, through the package's public entry alone. */

import { Leafcutter, type EmbeddingCache, type OpenOptions } from "leafcutter";
import { machineFacts } from "./machine.ts";
import { benchmarkText as text } from "./strings.ts";
import { passages, questions, seededVector } from "./texts.ts";

/** Milliseconds. */
export interface Measure {
  name: string;
  median: number;
  least: number;
  most: number;
}

export interface Report {
  facts: [name: string, value: string][];
  measures: Measure[];
}

export interface RunOptions {
  signal: AbortSignal;
  onStep: (step: string) => void;
  /** Hears of the report as it grows. */
  onReport: (report: Report) => void;
}

const MODEL = new URL("models/all-MiniLM-L6-v2.int8.safetensors", document.baseURI);
const ROWS = 5183;
const ROUNDS = { load: 3, batch: 7, question: 21, scan: 41 };
const BATCH = 16;
/** Fewer than the collection remembers the embeddings of, so that a search embeds none. */
const SCAN_QUESTIONS = 8;

/**
 * Measures everything, one thing after the other.
 *
 * @throws LeafcutterError as opening a collection does; `cancelled`.
 */
export async function runBenchmarks({ signal, onStep, onReport }: RunOptions): Promise<Report> {
  const measures: Measure[] = [];
  let facts: Report["facts"] = [];
  const add = (measure: Measure) => {
    measures.push(measure);
    onReport({ facts, measures });
  };
  const repeat = async (name: string, rounds: number, once: (round: number) => Promise<number>) => {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      signal.throwIfAborted();
      onStep(text.step(name, round + 1, rounds));
      times.push(await once(round));
    }
    add(summarize(name, times));
  };

  onStep(text.loading);
  const asked = questions();
  const first = await open({ signal });
  facts = await machineFacts((await first.stats()).runtime);
  await first.close();
  await repeat(text.measures.load, ROUNDS.load, async () => {
    const began = performance.now();
    const collection = await open({ signal });
    await collection.embed([asked.next().value], { role: "query", signal });
    const took = performance.now() - began;
    await collection.close();
    return took;
  });

  const collection = await open({ signal });
  try {
    const embedding = passages();
    const batch = () => Array.from({ length: BATCH }, () => embedding.next().value);
    // The worker's first batch is not like those after it.
    await collection.embed(batch(), { signal });
    await repeat(text.measures.batch, ROUNDS.batch, () => timed(() => collection.embed(batch(), { signal })));
    await repeat(text.measures.question, ROUNDS.question, () => {
      const question = asked.next().value;
      return timed(() => collection.embed([question], { role: "query", signal }));
    });
  } finally {
    await collection.close();
  }
  await scan({ signal, repeat });
  return { facts, measures };
}

async function scan({
  signal,
  repeat,
}: {
  signal: AbortSignal;
  repeat: (name: string, rounds: number, once: (round: number) => Promise<number>) => Promise<void>;
}): Promise<void> {
  // Vectors of no text, as the cache of embeddings hands them to the collection.
  const embeddingCache: EmbeddingCache = {
    get: (texts) => texts.map((each) => seededVector(each)),
    set: () => {},
  };
  const collection = await open({ signal, embeddingCache, tree: { maxLevels: 0 } });
  try {
    const rows = Array.from({ length: ROWS }, (_, row) => ({ id: String(row), text: `Vector ${row}` }));
    await collection.add(rows, { signal });
    const asked = questions();
    const few = Array.from({ length: SCAN_QUESTIONS }, () => asked.next().value);
    const search = (question: string) =>
      collection.search(question, { k: 10, mode: "leaves", hybrid: { alpha: 1 }, signal });
    for (const question of few) await search(question);
    await repeat(text.measures.scan, ROUNDS.scan, (round) => timed(() => search(few[round % SCAN_QUESTIONS]!)));
  } finally {
    await collection.close();
  }
}

function open(options: Partial<OpenOptions>): Promise<Leafcutter> {
  return Leafcutter.open({ name: "benchmarks", storage: "memory", model: MODEL, workers: 1, ...options });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function summarize(name: string, times: number[]): Measure {
  const sorted = [...times].sort((a, b) => a - b);
  return { name, median: sorted[Math.floor(sorted.length / 2)]!, least: sorted[0]!, most: sorted.at(-1)! };
}
