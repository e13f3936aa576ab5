/** The page that `leafcutter serve` shows for an index. */

import { Leafcutter, type Hit } from "../../index.js";
import type { Manifest } from "../index-folder.js";

const form = document.querySelector("form")!;
const button = document.querySelector("button")!;
const status = document.querySelector("#status")!;
const list = document.querySelector("#hits")!;

async function load(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: status ${response.status}`);
  return response;
}

async function open(): Promise<Leafcutter> {
  const manifest: Manifest = await (await load("/index/manifest.json")).json();
  const bytes = new Uint8Array(await (await load(`/index/${manifest.index.file}`)).arrayBuffer());
  const collection = await Leafcutter.import(bytes, {
    ...manifest.settings,
    name: "index",
    // It is in the folder that is served.
    storage: "memory",
    model: await modelAddress(manifest),
    onProgress: ({ done, total }) =>
      (status.textContent = `Loading the model: ${megabytes(done)} of ${megabytes(total)}`),
  });
  const { documents, chunks } = manifest.counts;
  status.textContent = `${documents} documents, ${chunks} passages`;
  return collection;
}

/** The quantized form where the index takes it and it is there, a quarter of the size of the folder. */
async function modelAddress({ model: { name }, settings: { precision } }: Manifest): Promise<string> {
  if (name.endsWith(".safetensors")) return `/models/${name}`;
  const quantized = `/models/${name}.int8.safetensors`;
  const there = precision !== "f32" && (await fetch(quantized, { method: "HEAD" })).ok;
  return there ? quantized : `/models/${name}/`;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function show({ document, headingPath, level, text, highlights }: Hit): HTMLLIElement {
  const place = [document.title || document.id, ...headingPath.filter((heading) => heading !== document.title)];
  const kind = level === 0 ? (document.url ?? document.id) : `summary, level ${level}`;
  const passage = element("p", "");
  let end = 0;
  for (const range of highlights) {
    passage.append(text.slice(end, range.start), element("mark", "", text.slice(range.start, range.end)));
    end = range.end;
  }
  passage.append(text.slice(end));
  return element("li", "", element("p", "place", place.join(" › ")), passage, element("p", "kind", kind));
}

function fail(error: unknown): void {
  status.textContent = (error as Error).message;
}

try {
  const collection = await open();
  button.disabled = false;
  let asked: AbortController | undefined;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    asked?.abort();
    const { signal } = (asked = new AbortController());
    try {
      const { hits } = await collection.search(String(new FormData(form).get("question")), { signal });
      status.textContent = hits.length === 0 ? "Nothing was found." : `${hits.length} passages`;
      list.replaceChildren(...hits.map(show));
    } catch (error) {
      // Another question took its place.
      if (!signal.aborted) fail(error);
    }
  });
} catch (error) {
  fail(error);
}
