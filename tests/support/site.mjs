// A small site, and its index as the command builds it.
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../pkg/bin/leafcutter", import.meta.url));

const page = (title, body, head = "") =>
  `<!doctype html><html lang="en"><head><title>${title}</title>${head}</head><body><nav>Home, Harpoons</nav><main>` +
  `<h1 id="top">${title}</h1>${body}</main><footer data-leafcutter-ignore>Imprint</footer></body></html>`;

/** Pages by path. */
export const PAGES = {
  "index.html": page("Ants", "<p>Leafcutter ants carry leaves into their nest, where they grow a fungus on them.</p>"),
  "whales.html": page(
    "Whales",
    '<p data-leafcutter-meta="kind:animal">The sperm whale dives deeper than any other.</p><h2 id="hunt">The hunt</h2>' +
      "<p>Sailors rowed up to the animal in small boats and threw a harpoon at it.</p>",
    '<link rel="canonical" href="https://site.example/whales/">',
  ),
  "cooking/chowder.html": page(
    "Chowder",
    '<p data-leafcutter-meta="kind:dish">A soup of clams, potatoes and milk, which is eaten with crackers.</p>',
  ),
  "notes.md":
    "---\nkind: note\n---\n# Ships\n\nA mast carries the sails of a ship.\n\n## Anchors\n\nAn anchor holds it.\n",
  "plain.txt": "Rockets burn liquid oxygen and kerosene on their way to orbit.\n",
};

export async function writeSite(folder, pages = PAGES) {
  for (const [name, content] of Object.entries(pages)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

/** Runs `leafcutter build --site`, and answers with its report. */
export function buildSite(folder, out, { cache, options = [] }) {
  const args = [bin, "build", folder, "--site", "--out", out, "--workers", "0", "--json", ...options];
  const env = { ...process.env, ...(cache && { LEAFCUTTER_CACHE: cache }) };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr, { cause: error }));
      else resolve(JSON.parse(stdout));
    });
  });
}
