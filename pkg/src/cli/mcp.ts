/** `leafcutter mcp`: a folder's documents for programs that speak the Model Context Protocol. */

import { join } from "node:path";

import { buildSettings, BUILD_OPTIONS, openOptions, withCollection } from "./collection.js";
import type { Arguments, Command, Tools } from "./command.js";
import { FileEmbeddingCache } from "./embedding-cache.js";
import { Failure } from "./errors.js";
import { EXTENSIONS, findFiles, readSource } from "./files.js";
import { Leafcutter } from "./library.js";
import { callTool, TOOLS } from "./mcp-tools.js";
import { cacheFolder, packageVersion } from "./paths.js";

export const mcp: Command = {
  summary: "Serves a folder's documents to programs that speak the Model Context Protocol",
  operands: "FOLDER",
  count: [1, 1],
  details: `Reads the files of Markdown, HTML and plain text in FOLDER (${EXTENSIONS.join(" ")}) and answers on standard input and
output, until the input ends, with the tools search, context and document. Nothing of FOLDER is changed, and nothing is sent
anywhere else. Needs the package @modelcontextprotocol/sdk beside leafcutter. Embeddings are kept in the cache folder.`,
  options: BUILD_OPTIONS,
  run,
};

async function run(args: Arguments, tools: Tools): Promise<void> {
  const [folder] = args.operands as [string];
  const sdk = await loadSdk();
  const files = await findFiles([folder]);
  if (files.length === 0) throw new Failure(`no ${EXTENSIONS.join(", ")} files in ${folder}; name another folder`);
  const embeddingCache = new FileEmbeddingCache(join(cacheFolder(), "embeddings"));
  const options = await openOptions(args, tools, { ...buildSettings(args), embeddingCache });
  await withCollection(Leafcutter.open(options), async (collection) => {
    const { signal, progress } = tools;
    const sources = await Promise.all(files.map((file) => readSource(file, "")));
    await collection.add(sources, { signal, onProgress: progress.report });
    progress.clear();
    const information = { name: "leafcutter", version: await packageVersion() };
    const server = new sdk.Server(information, { capabilities: { tools: {} } });
    server.setRequestHandler(sdk.ListToolsRequestSchema, () => ({ tools: TOOLS }));
    server.setRequestHandler(sdk.CallToolRequestSchema, ({ params }, { signal }) =>
      callTool(collection, params.name, params.arguments ?? {}, signal),
    );
    await server.connect(new sdk.StdioServerTransport());
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve());
      process.stdin.on("end", () => resolve());
    });
    await server.close();
  });
}

/** The protocol's own library, which is not part of this package. */
async function loadSdk() {
  try {
    const [{ Server }, { StdioServerTransport }, { CallToolRequestSchema, ListToolsRequestSchema }] = await Promise.all(
      [
        import("@modelcontextprotocol/sdk/server/index.js"),
        import("@modelcontextprotocol/sdk/server/stdio.js"),
        import("@modelcontextprotocol/sdk/types.js"),
      ],
    );
    return { Server, StdioServerTransport, CallToolRequestSchema, ListToolsRequestSchema };
  } catch (error) {
    const advice = "install it beside leafcutter: npm install @modelcontextprotocol/sdk";
    throw new Failure(`@modelcontextprotocol/sdk cannot be loaded (${(error as Error).message}); ${advice}`);
  }
}
