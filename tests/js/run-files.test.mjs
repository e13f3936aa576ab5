// The files that `leafcutter eval --run` writes over real documents, held against all that a judge of them may check.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { modelFolder, shared } from "../support/model.mjs";
import { wordpieceTokenizer } from "../support/wordpieces.mjs";
import { temporaryFolder } from "./support.mjs";

const command = fileURLToPath(new URL("../../pkg/bin/leafcutter", import.meta.url));
const BUDGET = 1000;
/** Of the model's input, its marked ends included. */
const MAX_TOKENS = 256;

// `make verify ISSUE=spine` sets the variable; `make test` asks the first questions only, which are of few documents.
const whole = process.env.LEAFCUTTER_LONG === "1";
const SETS = [
  { name: "chunking-eval", questions: "questions.jsonl", sample: 12 },
  { name: "squality-dev", questions: "summaries.jsonl", sample: 11 },
];

const { encode, ends } = wordpieceTokenizer(path.join(modelFolder(), "tokenizer.json"));

const readLines = (file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const golden = shared("golden/minilm-l6-v2.jsonl");
test("the tokens are counted as the reference does", { skip: golden ? false : "no reference tokens" }, () => {
  const [first, last] = ends;
  for (const { text, ids } of readLines(golden)) {
    assert.deepEqual([first, ...encode(text).slice(0, MAX_TOKENS - 2), last], ids, text.slice(0, 80));
  }
});

for (const { name, questions, sample } of SETS) {
  const folder = shared(`eval/${name}`);
  const skip = folder ? false : "no such set";

  test(`the contexts of ${name} keep to their budget and are the texts of their ranges`, { skip }, async (t) => {
    const file = path.join(await temporaryFolder(), "run.jsonl");
    const part = whole ? [] : ["--limit", String(sample)];
    const options = ["--model", modelFolder(), "--budget", String(BUDGET), "--run", file, "--json", ...part];
    const evaluate = async () =>
      JSON.parse((await promisify(execFile)(process.execPath, [command, "eval", folder, ...options])).stdout);
    await evaluate();

    const asked = readLines(path.join(folder, questions)).slice(0, whole ? undefined : sample);
    const texts = new Map(readLines(path.join(folder, "documents.jsonl")).map(({ _id, text }) => [_id, [...text]]));
    const run = readLines(file);
    assert.deepEqual(
      run.map(({ query_id, doc_id }) => [query_id, doc_id]),
      asked.map(({ _id, doc_id }) => [_id, doc_id]),
    );
    let fullest = 0;
    for (const { query_id, doc_id, ranges, context } of run) {
      // Characters as the ranges count them, which are whole code points.
      const text = texts.get(doc_id);
      ranges.forEach(([start, end], index) => {
        const before = index === 0 ? 0 : ranges[index - 1][1];
        assert.ok(before <= start && start < end && end <= text.length, `${query_id}: the range ${start} to ${end}`);
      });
      assert.equal(context, ranges.map(([start, end]) => text.slice(start, end).join("")).join("\n"), query_id);
      const tokens = encode(context).length;
      assert.ok(tokens <= BUDGET, `${query_id}: ${tokens} tokens`);
      fullest = Math.max(fullest, tokens);
    }
    t.diagnostic(`figure: ${name}: ${run.length} contexts, the fullest of ${fullest} tokens`);

    const again = await evaluate();
    assert.equal(again.embeddings.computed, 0, "embeddings were not kept between runs");
  });
}
