/** `leafcutter build`: documents to an index. */

import { basename, join, resolve } from "node:path";

import { buildSettings, BUILD_OPTIONS, openOptions, withCollection } from "./collection.js";
import { COMMON, type Arguments, type Command, type Tools } from "./command.js";
import { CONFIG_OPTION, configured, readConfig } from "./config.js";
import { FileEmbeddingCache } from "./embedding-cache.js";
import { Failure, UsageError } from "./errors.js";
import { EXTENSIONS, findFiles, readSources } from "./files.js";
import { writeIndex } from "./index-folder.js";
import { Leafcutter, type SiteVectors, type Source } from "./library.js";
import { cacheFolder, DEFAULT_MODEL } from "./paths.js";
import { duration } from "./progress.js";
import { languageOf } from "./site-language.js";
import { writeSite } from "./site-folder.js";

const VECTORS: readonly SiteVectors[] = ["int8", "compact", "none"];

export const build: Command = {
  summary: "Builds an index of files, a folder or a site",
  operands: "PATHS... --out DIR",
  count: [1, Infinity],
  details: `Files are read in folders at any depth (${EXTENSIONS.join(" ")}),
without node_modules and names that begin with a dot. A document's id is its path below the folder. Files that cannot be read are
named and left out. DIR gets
index.leafcutter and manifest.json, or with --site the files that a page searches with openSite of leafcutter/site;
the same input gives the same bytes. Of the pages of a site, the main part is read, without what has
data-leafcutter-ignore; their canonical address, lang and what data-leafcutter-meta names are read as well.
Embeddings are kept in the cache folder between runs: what did not change is not embedded again.`,
  options: {
    out: { type: "string", short: "o", value: "DIR", help: "where the index goes" },
    site: { type: "boolean", help: "write files for a static site, to be loaded on demand" },
    vectors: {
      type: "string",
      value: "FORM",
      help: "--site: embeddings in int8 (default), compact (a quarter of it), or none, for keywords alone",
    },
    main: {
      type: "string",
      value: "SELECTORS",
      help: '--site: what is read of HTML, such as "main, article.post, #content" (default: main, else articles)',
    },
    url: { type: "string", value: "PREFIX", help: "what the documents' URLs begin with, such as /docs/" },
    ...CONFIG_OPTION,
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
  const site = args.flag("site");
  const vectors = args.choice("vectors", VECTORS);
  const main = args.text("main");
  if (!site && (vectors ?? main) !== undefined) throw new UsageError("--vectors and --main go with --site");
  const page = site ? { ...(main !== undefined && { main }) } : undefined;
  const sources: Source[] = [];
  for (const file of files) {
    tools.signal.throwIfAborted();
    const leaveOut = (message: string) => tools.progress.note(`left out: ${message}`);
    const read = await readSources(file, args.text("url") ?? "", tools.signal, leaveOut);
    // What was made of other files is no page that says something of itself.
    sources.push(...read.map((source) => (source.blob && page ? { ...source, page } : source)));
  }
  if (sources.length === 0) throw new Failure("none of the files can be read; mend them, or name another folder");
  const settings = configured(await readConfig(args.text("config")), buildSettings(args));
  if (site && settings.language === undefined) {
    const language = await languageOf(sources);
    if (language !== undefined) settings.language = language;
  }
  // Without embeddings there is no use for a tree. Its leaves are embedded all the same, for want of a shorter way.
  if (vectors === "none") settings.tree = { maxLevels: 0 };
  const cache = new FileEmbeddingCache(join(cacheFolder(), "embeddings"));
  const options = await openOptions(args, tools, { ...settings, embeddingCache: cache });
  await withCollection(Leafcutter.open(options), async (collection) => {
    await collection.add(sources, { signal: tools.signal, onProgress: tools.progress.report });
    const stats = await collection.stats();
    if (site) {
      const shards = await collection.shards({ signal: tools.signal, ...(vectors && { vectors }) });
      const folder = await writeSite(out, shards, tools.signal);
      const milliseconds = Math.round(performance.now() - start);
      const { documents, chunks, levels, runtime } = stats;
      const report = { out, ...folder, counts: { documents, chunks, levels }, model: runtime.model };
      const { maxRSS } = process.resourceUsage();
      if (args.flag("json"))
        return tools.print(
          JSON.stringify({ ...report, embedded: cache.misses, milliseconds, peakMemory: 1024 * maxRSS }),
        );
      tools.print(
        `${out}: ${documents} pages, ${chunks} chunks, ${folder.files} files (${folder.written} new), ` +
          `${(folder.bytes / 1e6).toFixed(1)} MB, in ${duration(milliseconds / 1000)}`,
      );
      return tools.print('Search it in a page: import { openSite } from "leafcutter/site"');
    }
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
