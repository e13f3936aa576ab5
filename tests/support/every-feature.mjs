// Uses every feature of the package in a page. The function is handed to the page as it is: it must refer to nothing outside itself.

/**
 * @param {{ base: string, model: string, files: [string, string][], again: boolean }} given - `base`: the package's folder; `files`:
 *   names and bytes in base64; `again`: whether the collection is there already
 * @returns {Promise<string[]>} what was done
 */
export async function everyFeature({ base, model, files, again }) {
  const done = [];
  const check = (holds, what) => {
    if (!holds) throw new Error(what);
    done.push(what);
  };
  const load = (entry) => import(`${base}${entry}`);
  const { Leafcutter } = await load("index.js");
  const lc = await Leafcutter.open({ name: "airplane", model });
  const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  if (again) {
    check((await lc.stats()).documents > files.length, "opened again");
    await lc.close();
    await Leafcutter.delete("airplane");
    check(!(await Leafcutter.list()).includes("airplane"), "deleted");
    return done;
  }
  for (const [name, content] of files) {
    const { added } = await lc.add([{ blob: new File([bytesOf(content)], name) }]);
    check(added >= 1, `added ${name.split(".").pop()}`);
  }
  const notes = [
    {
      id: "ants",
      title: "Ants",
      text: "Leafcutter ants carry leaves to their fungus garden.",
      metadata: { kind: "note" },
    },
    { id: "bees", markdown: "# Bees\n\nBees dance to tell where flowers are.", metadata: { kind: "note" } },
    {
      id: "moss",
      html: "<h1>Moss</h1><p>Moss drinks dew.</p><table><tr><th>plant<th>height<tr><td>moss<td>5<tr><td>fern<td>90</table>",
    },
  ];
  await lc.add(notes);
  const { hits } = await lc.search("What do leafcutter ants carry?", { k: 5 });
  check(hits[0].document.id === "ants", "search");
  const filtered = await lc.search("where are flowers", { filter: { kind: "note" } });
  check(
    filtered.hits.every(({ document }) => document.metadata.kind === "note"),
    "filters",
  );
  check((await lc.context("Who dances?", { tokens: 200 })).citations.length > 0, "context");
  const answer = await lc.answer("Who dances?");
  check(answer.citations.length > 0, "answer");
  const generator = async function* () {
    yield "Bees dance [1].";
  };
  const generated = await lc.answer("Who dances?", { insist: true, generator });
  check((await generated.text()).includes("Bees"), "generated answer");
  let claims = 0;
  for await (const _ of generated.claims()) claims++;
  check(claims > 0, "checked claims");
  const tree = await lc.tree();
  check(tree.nodes.length > 0, "tree");
  const { LeafcutterTree } = await load("tree-picture/index.js");
  const picture = new LeafcutterTree();
  picture.collection = lc;
  document.body.append(picture);
  for (let wait = 0; wait < 100 && !picture.shadowRoot?.querySelector("svg"); wait++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  check(picture.shadowRoot?.querySelector("svg"), "picture of the tree");
  picture.remove();
  const { answerFromDocuments } = await load("documents/index.js");
  const computed = await answerFromDocuments(lc, "What is the highest height?", ["moss"], "");
  check(computed !== undefined, "tables");
  const judgements = Array.from({ length: 24 }, (_, index) => ({
    question: index % 2 ? `Who dances, asked ${index} times?` : `Who carries leaves, asked ${index} times?`,
    preferred: [index % 2 ? "bees" : "ants"],
  }));
  check((await lc.learn(judgements)).questions > 0, "learning");
  const { QuestionCache, sourcesOf } = await load("cache/index.js");
  const cache = new QuestionCache(lc);
  await cache.set("Who dances?", "Bees.", { sources: sourcesOf(answer) });
  check((await cache.get("Who dances?"))?.value === "Bees.", "cache");
  await lc.update("ants", { title: "Leafcutter ants" });
  check((await lc.document("ants")).title === "Leafcutter ants", "update");
  await lc.remove(["moss"]);
  check(!(await lc.documents()).some(({ id }) => id === "moss"), "remove");
  const bytes = await lc.export();
  const copy = await Leafcutter.import(bytes, { name: "copy", model, storage: "memory" });
  check((await copy.search("dance")).hits.length > 0, "export and import");
  await copy.close();
  const { exportNodes } = await load("vector-source/index.js");
  check((await exportNodes(lc)).length > 0, "export for stores");
  check((await lc.shards()).length > 0, "shards");
  await lc.close();
  return done;
}
