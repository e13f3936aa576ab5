/** `leafcutter model`: where a model comes from. */

import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

import { PRECISIONS, withCollection } from "./collection.js";
import { COMMON, type Arguments, type Command, type Tools } from "./command.js";
import { Failure, UsageError } from "./errors.js";
import { convertModel, Leafcutter, LeafcutterError, type OpenOptions, type Runtime } from "./library.js";
import { DEFAULT_MODEL, exists, MODEL_FILES, modelsFolder, quantizedBeside, writeWhole } from "./paths.js";

const DEFAULT_HOST = "https://huggingface.co";
const DEFAULT_OWNER = "sentence-transformers";

/** SHA-256 of published files. */
const KNOWN_FILES: Record<string, Record<string, string>> = {
  "sentence-transformers/all-MiniLM-L6-v2": {
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "config_sentence_transformers.json": "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
  },
};

const ALL_FILES = [...MODEL_FILES.optional, ...MODEL_FILES.required];

export const model: Command = {
  summary: "Brings a model into the cache, or quantizes one",
  operands: "fetch [NAME] | convert FOLDER --out FILE",
  count: [1, 2],
  details: `  fetch [NAME]      brings the files of NAME (default ${DEFAULT_MODEL}) from ${DEFAULT_HOST}, or from HF_ENDPOINT,
                    or with --from from a folder, into the cache or --out; NAME may be OWNER/NAME; beside the
                    folder it leaves the quantized NAME.int8.safetensors, unless with --precision f32
  convert FOLDER    quantizes the model of a sentence-transformers folder to int8, into one file .safetensors
The files of ${DEFAULT_MODEL} are checked against the SHA-256 of those that were published.`,
  options: {
    out: { type: "string", short: "o", value: "PATH", help: "where the folder or file goes" },
    from: { type: "string", value: "FOLDER", help: "fetch: copy the files from a folder" },
    precision: {
      type: "string",
      value: "PRECISION",
      help: "fetch: f32 brings the folder alone (default: int8)",
    },
    json: COMMON.json,
  },
  run,
};

async function run(args: Arguments, tools: Tools): Promise<void> {
  const [task, operand] = args.operands;
  switch (task) {
    case "fetch":
      return fetchModel(operand ?? DEFAULT_MODEL, args, tools);
    case "convert":
      return convert(operand, args, tools);
    default:
      throw new UsageError(`there is no "model ${task}"`);
  }
}

async function fetchModel(name: string, args: Arguments, tools: Tools): Promise<void> {
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(name) || /(^|\/)\.+($|\/)/.test(name)) {
    throw new UsageError(`"${name}" is no model's name: expected NAME or OWNER/NAME`);
  }
  const repository = name.includes("/") ? name : `${DEFAULT_OWNER}/${name}`;
  const out = args.text("out") ?? join(modelsFolder(), basename(name));
  const from = args.text("from");
  const known = KNOWN_FILES[repository];
  const already = await exists(join(out, "config.json"));
  const precision = args.choice("precision", PRECISIONS);
  if (already) await checkFolder(out, known);
  else await fetchFolder(repository, from, out, known, tools);
  const quantized = precision === "f32" ? undefined : quantizedBeside(out);
  if (quantized !== undefined && !(await loads(quantized))) await quantize(out, quantized, tools);
  const checked = known !== undefined;
  if (args.flag("json")) return tools.print(JSON.stringify({ out, quantized, already, checked }));
  const files = quantized === undefined ? out : `${out} and ${basename(quantized)}`;
  const sums = checked ? "its files are those that were published" : "no published sums of its files are known";
  tools.print(`${files}: ${already ? "already there" : "fetched"}; ${sums}`);
}

async function fetchFolder(
  repository: string,
  from: string | undefined,
  out: string,
  known: Record<string, string> | undefined,
  tools: Tools,
): Promise<void> {
  const host = process.env.HF_ENDPOINT || DEFAULT_HOST;
  const place = (file: string) =>
    from === undefined ? `${host}/${repository}/resolve/main/${file}` : join(from, file);
  await makeFolder(out, async (folder) => {
    for (const file of ALL_FILES) {
      const target = join(folder, file);
      await mkdir(dirname(target), { recursive: true });
      const optional = (MODEL_FILES.optional as readonly string[]).includes(file);
      const there =
        from === undefined ? await download(place(file), target, file, tools) : await copy(place(file), target);
      if (!there && !optional) throw new Failure(`${place(file)} is not there; check the model's name`);
    }
    await checkFolder(folder, known);
  });
}

async function convert(folder: string | undefined, args: Arguments, tools: Tools): Promise<void> {
  const out = args.text("out");
  if (folder === undefined || !out?.endsWith(".safetensors")) {
    throw new UsageError("expected model convert FOLDER --out FILE, whose name ends in .safetensors");
  }
  if (await exists(out)) throw new Failure(`${out} is already there; remove it or name another file`);
  const { bytes, model, dimensions } = await quantize(folder, out, tools);
  if (args.flag("json")) tools.print(JSON.stringify({ out, bytes, identity: model, dimensions }));
  else tools.print(`${out}: ${(bytes / 1e6).toFixed(1)} MB, ${dimensions} dimensions, identity ${model}`);
}

/** Writes the quantized form of a folder, once it is known to load. */
async function quantize(folder: string, file: string, tools: Tools): Promise<Runtime & { bytes: number }> {
  const { signal, progress } = tools;
  const quantized = await convertModel(resolve(folder), { signal, onProgress: progress.report });
  const runtime = await runtimeOf({ files: { quantized } });
  await writeWhole(file, quantized);
  return { ...runtime, bytes: quantized.length };
}

/** Whether it is there, and of this version. */
async function loads(file: string): Promise<boolean> {
  if (!(await exists(file))) return false;
  try {
    await runtimeOf(file);
    return true;
  } catch (error) {
    if (error instanceof LeafcutterError && error.code === "model-file") return false;
    throw error;
  }
}

function runtimeOf(model: OpenOptions["model"]): Promise<Runtime> {
  const opening = Leafcutter.open({ name: "check", model, workers: 0 });
  return withCollection(opening, async (collection) => (await collection.stats()).runtime);
}

/** Makes a folder that is there as a whole or not at all. */
async function makeFolder(out: string, fill: (folder: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(resolve(out)), { recursive: true });
  const temporary = await mkdtemp(`${resolve(out)}.`);
  try {
    await fill(temporary);
    await rename(temporary, out);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** `false` where there is no such file. */
async function download(url: string, target: string, name: string, { signal, progress }: Tools): Promise<boolean> {
  const advice = "check the connection, or copy the files from a folder with --from";
  try {
    const response = await fetch(url, { signal });
    if (response.status === 404) return false;
    if (!response.ok || !response.body) throw new Error(`the server answered with status ${response.status}`);
    const total = Number(response.headers.get("content-length") ?? 0);
    let done = 0;
    const counter = new Transform({
      transform(chunk: Uint8Array, _encoding, next) {
        done += chunk.length;
        progress.show(`fetching ${name}, bytes`, done, total);
        next(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body as never), counter, createWriteStream(target), { signal });
    return true;
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
    throw new Failure(`${url}: ${reason}; ${advice}`);
  }
}

async function copy(source: string, target: string): Promise<boolean> {
  if (!(await exists(source))) return false;
  await copyFile(source, target);
  return true;
}

/** @throws Failure if a file is not the published one. Models whose files are not known are not checked. */
async function checkFolder(folder: string, known: Record<string, string> | undefined): Promise<void> {
  for (const [file, expected] of Object.entries(known ?? {})) {
    const path = join(folder, file);
    const hash = createHash("sha256");
    const actual = (await exists(path))
      ? (await pipeline(createReadStream(path), hash), hash.digest("hex"))
      : "missing";
    if (actual !== expected) {
      throw new Failure(
        `${path} is not the published file (SHA-256 ${actual}, expected ${expected}); remove its folder and fetch again`,
      );
    }
  }
}
