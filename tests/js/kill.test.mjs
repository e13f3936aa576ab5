// A process that is killed at any moment of a change leaves the state before or the one after, and the work can be finished.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { convertModel, Leafcutter } from "../../pkg/dist/index.js";
import { changeOf, make, OPTIONS, recorder, tinyModel } from "../support/kept.mjs";
import { hashOf } from "../support/hash.mjs";
import { killAgainAndAgain } from "../support/kills.mjs";
import { temporaryFolder } from "./support.mjs";

const CHILD = fileURLToPath(new URL("../support/kept-child.mjs", import.meta.url));
// `make verify ISSUE=living` sets the variable.
const COUNT = process.env.LEAFCUTTER_LONG === "1" ? 120 : Number(process.env.KILLS ?? 6);
const SEED = Number(process.env.LEAFCUTTER_SEED ?? 1);

test("a killed process leaves a committed state, and what it had embedded", { timeout: 900_000 }, async (t) => {
  const folder = await temporaryFolder();
  const quantized = await convertModel({ files: tinyModel() });
  const [model, record] = [path.join(folder, "model"), path.join(folder, "embedded")];
  const directory = path.join(folder, "collections");
  writeFileSync(model, quantized);
  const embedded = () => {
    const lines = readFileSync(record, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  };

  /** Of these there are two only while one is to take the place of the other. */
  const wholeFiles = () => readdirSync(path.join(directory, "kept")).filter((file) => file.startsWith("whole-")).length;

  const interrupt = (number, wait, after) => {
    const kill = () => setTimeout(() => child.kill("SIGKILL"), wait);
    writeFileSync(record, "");
    const child = spawn(process.execPath, [CHILD, directory, model, SEED, number, record]);
    let [output, problems, begun, took] = ["", ""];
    child.stderr.on("data", (data) => (problems += data));
    return new Promise((resolve, reject) => {
      child.stdout.on("data", (data) => {
        output += data;
        if (begun === undefined && output.includes("begun")) {
          begun = performance.now();
          if (!after) kill();
        }
        if (took === undefined && output.includes("done")) {
          took = performance.now() - begun;
          if (after) kill();
        }
      });
      child.on("close", () => {
        if (problems !== "" || begun === undefined) reject(new Error(`the process failed: ${problems}`));
        else resolve({ done: output.includes("done"), took, compacting: wholeFiles() > 1 });
      });
    });
  };

  const reopen = async () => {
    const more = [];
    const collection = await Leafcutter.open({
      ...OPTIONS,
      name: "kept",
      model: { files: { quantized } },
      storage: { directory },
      embeddingCache: recorder((texts) => more.push(...texts)),
    });
    const state = async () => hashOf(await collection.export());
    return {
      state: await state(),
      unfinished: (await collection.stats()).unfinished,
      async resume() {
        await collection.resume();
        return state();
      },
      async make(number) {
        await make(collection, changeOf(SEED, number));
        return state();
      },
      embedded: () => [...embedded(), ...more],
      close: () => collection.close(),
    };
  };

  t.diagnostic(`figure: ${await killAgainAndAgain({ count: COUNT, model: quantized, seed: SEED, interrupt, reopen })}`);
  rmSync(directory, { recursive: true });
});

test("the changes of a seed are the same each time", () => {
  assert.deepEqual(changeOf(1, 5), changeOf(1, 5));
  assert.notDeepEqual(changeOf(1, 5), changeOf(2, 5));
});
