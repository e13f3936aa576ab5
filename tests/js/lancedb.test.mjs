// An index built by the command, exported by it, kept in a real LanceDB and searched there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { LanceSource, makeTable } from "../../examples/lancedb.mjs";
import { Leafcutter } from "../../pkg/dist/index.js";
import { SourceRetriever } from "../../pkg/dist/vector-source/index.js";
import { quantizedModel } from "../support/model.mjs";
import { loadLanceDb } from "../support/stores.mjs";
import { temporaryFolder } from "./support.mjs";

const bin = fileURLToPath(new URL("../../pkg/bin/leafcutter", import.meta.url));
const store = loadLanceDb();
const skip = store ? false : "LanceDB is not installed (scripts/setup/stores.sh): exports are not searched in it";

const PAGES = {
  "ants.md": "# Ants\n\nLeafcutter ants farm a fungus in chambers underground. They feed it with pieces of leaves.",
  "bees.md": "# Bees\n\nHoney bees store food for the winter. A colony in a tree keeps itself warm by shivering.",
  "harbor.md": "# Harbor\n\nThe harbor froze twice that winter. Fishermen walked to their boats over the ice.",
  "lighthouse.md": "# Lighthouse\n\nThe keeper kept bees on the gallery. The sea was sixty feet below.",
  "school.md": "# School\n\nThe new teacher plays the cello, badly but with conviction. The children love it.",
  "termites.md": "# Termites\n\nSome termites grow fungus too. Their mounds are cooled by the wind.",
};

/** Sixteen sections each, so that a tree grows over them. */
const page = (text) =>
  `${text}\n\n${Array.from({ length: 15 }, (_, index) => `## Note ${index}\n\n${text.split("\n\n")[1]}`).join("\n\n")}`;

test("a collection exported to LanceDB is searched there as it is here", { skip }, async (t) => {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, "site"));
  for (const [name, text] of Object.entries(PAGES)) await writeFile(path.join(folder, "site", name), page(text));
  const leafcutter = (...args) => execFileSync(process.execPath, [bin, ...args], { cwd: folder, encoding: "utf8" });
  leafcutter("build", "site", "--out", "index", "--model", quantizedModel(), "--workers", "0");
  leafcutter("export", "index", "--to", "jsonl", "--out", "nodes.jsonl", "--model", quantizedModel());

  const connection = await store.lancedb.connect(path.join(folder, "lancedb"));
  const lines = await readFile(path.join(folder, "nodes.jsonl"), "utf8");
  const table = await makeTable(connection, store.arrow, "notes", lines);
  t.after(() => connection.close());

  const options = { name: "here", model: quantizedModel() };
  const here = await Leafcutter.import(await readFile(path.join(folder, "index/index.leafcutter")), options);
  t.after(() => here.close());
  const { nodes, levels } = await here.tree();
  assert(levels.length > 1, "no summary was made");
  assert.equal(await table.countRows(), nodes.length);

  const retriever = new SourceRetriever(new LanceSource(table), here);
  for (const question of ["which insects grow their food?", "music lessons", "was the winter cold?"]) {
    const { hits } = await here.search(question, { mode: "collapsed", hybrid: { alpha: 1 }, k: 10 });
    const found = await retriever.search(question, { k: 10 });
    // Texts that are equal have equal scores, in any order.
    const scores = (list) => list.map(({ score }) => score);
    assert.deepEqual(found.map(({ node }) => node.text).sort(), hits.map(({ text }) => text).sort());
    const cosines = hits.map(({ explanation }) => explanation.vector);
    scores(found).forEach((score, index) => assert(Math.abs(score - cosines[index]) < 1e-4, `${score} ${cosines}`));
    for (const { node, parents } of found) {
      const { headingPaths, documents, text, level, children, parents: above } = nodes[node.id];
      assert.deepEqual(
        [node.documents, node.text, node.level, node.children, parents.map(({ id }) => id)],
        [documents, text, level, children, above],
      );
      if (level === 0) assert.deepEqual(node.headings, headingPaths[0]);
    }
    const { text, citations, tokens } = await retriever.context(question, { tokens: 400 });
    assert(tokens <= 400 && tokens === (await here.countTokens(text)) && citations.length > 0);
    for (const { document, range, text } of citations) {
      const verbatim = (await here.document(document.id)).text.slice(range.start, range.end);
      assert.equal(text.replace(/\s/g, " "), verbatim.replace(/\s/g, " "));
    }
  }

  const filtered = await retriever.search("which insects grow fungus?", { filter: "document <> 'ants.md'" });
  assert(filtered.every(({ node }) => node.level === 0 && node.document !== "ants.md"));
  assert.equal(filtered[0].node.document, "termites.md");
  t.diagnostic(`figure: LanceDB, ${nodes.length} nodes on ${levels.length} levels`);
});
