// What every browser test needs: a static server, a Chromium, and pages that report what went wrong inside them.
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { modelFolder, modelsFolder } from "../support/model.mjs";
import { serve } from "./static-server.mjs";

export { modelsFolder, serve };

/** The checkout. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a headless Chromium; `flags` are added to those that every test uses. */
export function launch(flags = []) {
  return chromium.launch({ executablePath: executablePath(), args: [...FLAGS, ...flags] });
}

/** A headless Chromium that keeps its cache in `folder`, as a reader's does. Closing the context ends it. */
export function launchWithProfile(folder) {
  return chromium.launchPersistentContext(folder, { executablePath: executablePath(), args: FLAGS });
}

function executablePath() {
  return (
    process.env.CHROMIUM ??
    execFileSync(join(root, "scripts/setup/chromium.sh"), ["--path"], { encoding: "utf8" }).trim()
  );
}

/**
 * A page that holds nothing but what a test imports into it, in a context of its own.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {string} url of a page
 * @returns {Promise<{ page: import("playwright-core").Page, requests: string[], problems: string[] }>} `requests` grows
 *   by the URL of each request, workers' included; `problems` by each uncaught error and each message on the error console
 */
export async function openPage(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const requests = [];
  const problems = [];
  context.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(url);
  return { page, requests, problems };
}

/**
 * The checkout served with the model's folder at `/model/` and its quantized form below `/models/`, and an empty page of
 * it. All is closed when `t` ends.
 *
 * @param {import("node:test").TestContext} t
 */
export async function blankPage(t) {
  const site = await serve({ mounts: { "/": root, "/model/": modelFolder(), "/models/": modelsFolder } });
  t.after(() => site.close());
  const browser = await launch();
  t.after(() => browser.close());
  return { ...(await openPage(browser, new URL("tests/browser/blank.html", site.url).href)), site };
}

/**
 * Nodes of the browser's accessibility tree that are not ignored, with their roles, names, descriptions and states; of a state that
 * is other nodes, their number.
 *
 * @param {import("playwright-core").Page} page
 */
export async function accessibilityTree(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name, description, properties = [] }) => ({
      role: role?.value,
      name: name?.value,
      description: description?.value,
      ...Object.fromEntries(properties.map(({ name, value }) => [name, value.value ?? value.relatedNodes?.length])),
    }));
}
