/** `leafcutter build`: documents to an index. */

import { basename, join, resolve } from "node:path";

import { buildSettings, BUILD_OPTIONS, openOptions, withCollection } from "./collection.js";
import { COMMON, type Arguments, type Command, type Tools } from "./command.js";
import { FileEmbeddingCache } from "./embedding-cache.js";
import { Failure, UsageError } from "./errors.js";
import { EXTENSIONS, findFiles, readSource } from "./files.js";
import { writeIndex } from "./index-folder.js";
import { Leafcutter, type Source } from "./library.js";
import { cacheFolder, DEFAULT_MODEL } from "./paths.js";
import { duration } from "./progress.js";

export const build: Command = {
  summary: "Builds an index of files, a folder or a site",
  operands: "PATHS... --out DIR",
  count: [1, Infinity],
  details: `Files of Markdown, HTML and plain text are read (${EXTENSIONS.join(" ")}), in folders at any depth,
without node_modules and names that begin with a dot. A document's id is its path below the folder. DIR gets
index.leafcutter and manifest.json; the same input gives the same bytes.`,
  options: {
    out: { type: "string", short: "o", value: "DIR", help: "where the index goes" },
    url: { type: "string", value: "PREFIX", help: "what the documents' URLs begin with, such as /docs/" },
    ...BUILD_OPTIONS,
    json: COMMON.json,
  },
  run,
};

async function run(args: Arguments, tools: Tools): Promise<void> {
  const out = args.text("out");
  if (out === undefined) throw new UsageError("expected --out DIR");
  const start = performance.now();
  const files = await findFiles(args.operands, out);
  if (files.length === 0) {
    throw new Failure(`no ${EXTENSIONS.join(", ")} files in ${args.operands.join(", ")}; name another folder`);
  }
  const sources: Source[] = [];
  for (const file of files) {
    tools.signal.throwIfAborted();
    sources.push(await readSource(file, args.text("url") ?? ""));
  }
  const settings = buildSettings(args);
  const embeddingCache = new FileEmbeddingCache(join(cacheFolder(), "embeddings"));
  const options = await openOptions(args, tools, { ...settings, embeddingCache });
  await withCollection(Leafcutter.open(options), async (collection) => {
    await collection.add(sources, { signal: tools.signal, onProgress: tools.progress.report });
    const stats = await collection.stats();
    // Its name, not where it was found: the index may be opened elsewhere.
    const model = basename(resolve(args.text("model") ?? DEFAULT_MODEL));
    const manifest = await writeIndex(out, await collection.export(), { model, settings, stats });
    const { counts, index } = manifest;
    if (args.flag("json")) {
      tools.print(JSON.stringify({ out, ...manifest, milliseconds: Math.round(performance.now() - start) }));
      return;
    }
    tools.print(
      `${out}: ${counts.documents} documents, ${counts.chunks} chunks, ${counts.levels.slice(1).reduce((sum, nodes) => sum + nodes, 0)} summaries on ` +
        `${counts.levels.length - 1} levels, ${(index.bytes / 1e6).toFixed(1)} MB, in ${duration((performance.now() - start) / 1000)}`,
    );
    tools.print(`Ask it: leafcutter search ${out} "your question"`);
  });
}
