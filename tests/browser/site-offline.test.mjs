// The site as an installed application below a path: without a network, and when a newer version comes.
import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { strToU8, zipSync } from "fflate";
import { temporaryFolder } from "../js/support.mjs";
import { everyFeature } from "../support/every-feature.mjs";
import { testFile } from "../support/files.mjs";
import { modelsFolder } from "../support/model.mjs";
import { buildServiceWorker } from "../../www/build/offline.mjs";
import { launch, openPage, root, serve } from "./harness.mjs";

const SOURCE = `${root}/www/src`;
const BELOW = "leafcutter/";
const NOTE = "The lighthouse keeper kept bees on the gallery, sixty feet above the sea.";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** The built site in a folder of its own, without its large samples. */
async function copySite() {
  const folder = await temporaryFolder();
  cpSync(`${root}/www/dist`, folder, { recursive: true, filter: (path) => !path.endsWith("/samples") });
  await buildServiceWorker({ from: SOURCE, to: folder });
  return folder;
}

/** Says another thing on the page about privacy, as another version would. */
async function publish(folder, sentence) {
  const page = join(folder, "docs/privacy.html");
  writeFileSync(page, readFileSync(page, "utf8").replace(/<h1 id="[\w-]+">[^<]*/, `<h1 id="privacy">${sentence}`));
  await buildServiceWorker({ from: SOURCE, to: folder });
}

async function serveSite(t, folder) {
  const server = await serve({ mounts: { [`/${BELOW}`]: folder, [`/${BELOW}models/`]: modelsFolder } });
  t.after(() => server.close());
  return server;
}

/** Does what a reader does, and waits until the site is kept. */
async function install(page) {
  await page.keyboard.press("Shift");
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated", undefined, {
    timeout: 60_000,
  });
}

async function askOwnFile(page) {
  await page.setInputFiles("#file-input", { name: "harbor.txt", mimeType: "text/plain", buffer: Buffer.from(NOTE) });
  await page.waitForSelector("#workspace", { state: "visible", timeout: 60_000 });
  await page.fill("#question", "Who kept bees?");
  await page.press("#question", "Enter");
  await page.waitForSelector(".hit");
  assert.match(await page.textContent(".hit .passage"), /kept bees/);
}

test("every page, the search and the demo go on without a network", async (t) => {
  const folder = await copySite();
  const server = await serveSite(t, folder);
  const { page, problems } = await openPage(browser, `${server.url}${BELOW}demo.html`);
  t.after(() => page.context().close());
  await install(page);
  await askOwnFile(page);
  const files = JSON.parse(readFileSync(join(folder, "files.json"), "utf8")).files.map(([path]) => path);
  await server.close();

  const pages = files.filter((path) => path.endsWith(".html"));
  for (const path of pages) {
    await page.goto(`${server.url}${BELOW}${path}`);
    assert.ok((await page.textContent("h1")).trim().length > 0, path);
  }
  await page.goto(`${server.url}${BELOW}`);
  await page.waitForSelector("#live-search .group");
  await page.goto(`${server.url}${BELOW}demo.html`);
  await askOwnFile(page);
  assert.deepEqual(problems, []);
  t.diagnostic(`figure: ${pages.length} pages, the search and the demo without a network`);
});

test(
  "every feature of the package goes on without a network, after a reload and in another tab too",
  { timeout: 180_000 },
  async (t) => {
    const folder = await copySite();
    const server = await serveSite(t, folder);
    const { page, requests, problems } = await openPage(browser, `${server.url}${BELOW}demo.html`);
    t.after(() => page.context().close());
    await install(page);
    const name = readdirSync(folder).find((name) => name.startsWith("leafcutter-"));
    const names = [
      "report.pdf",
      "notes.docx",
      "speeches.epub",
      "airports.csv",
      "driving.tsv",
      "barley.jsonl",
      "speeches.md",
    ];
    const files = names.map((name) => [name, readFileSync(testFile(name)).toString("base64")]);
    const archive = zipSync({ "inside.txt": strToU8("The archive is in the cellar.") });
    files.push(["archive.zip", Buffer.from(archive).toString("base64")]);
    const base = `/${BELOW}${name}/`;
    const given = { base, model: `/${BELOW}models/all-MiniLM-L6-v2.int8.safetensors`, files, again: false };
    // What is large is kept once a page has loaded it.
    await askOwnFile(page);
    await page.evaluate(async ({ base, files }) => {
      const { readDocuments } = await import(`${base}documents/index.js`);
      await readDocuments(
        files.map(([name, content]) => new File([Uint8Array.from(atob(content), (each) => each.charCodeAt(0))], name)),
      );
    }, given);
    await server.close();
    await page.context().setOffline(true);
    const before = requests.length;

    const done = await page.evaluate(everyFeature, given);
    await page.reload();
    const other = await page.context().newPage();
    await other.goto(`${server.url}${BELOW}docs/privacy.html`);
    done.push(...(await other.evaluate(everyFeature, { ...given, again: true })));
    const foreign = requests.filter((url) => !url.startsWith(server.url) && !url.startsWith("blob:"));
    assert.deepEqual(foreign, []);
    assert.deepEqual(problems, []);
    assert.ok(requests.length > before);
    t.diagnostic(
      `figure: ${done.length} features without a network, ${requests.length} requests, ${foreign.length} to another origin`,
    );
  },
);

test("a newer version waits until the reader takes it, and is taken as a whole", async (t) => {
  const folder = await copySite();
  const server = await serveSite(t, folder);
  const { page } = await openPage(browser, `${server.url}${BELOW}docs/privacy.html`);
  t.after(() => page.context().close());
  const heading = () => page.textContent("h1").then((text) => text.trim());
  await install(page);

  await publish(folder, "Privacy, second edition");
  await page.reload();
  assert.equal(await heading(), "Privacy");
  await page.locator(".update").getByRole("button", { name: "Reload" }).click();
  await page.waitForFunction(() => document.querySelector("h1").textContent.includes("second edition"));

  // A host that is half-way through: the worker and its list are new, a page that they name is not.
  const before = readFileSync(join(folder, "docs/privacy.html"));
  await publish(folder, "Privacy, third edition");
  writeFileSync(join(folder, "docs/privacy.html"), before);
  await page.reload();
  const failed = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration.update().catch(() => {});
    const worker = registration.installing;
    if (!worker) return registration.waiting === null;
    await new Promise((resolve) => {
      worker.addEventListener("statechange", () => worker.state === "redundant" && resolve());
      if (worker.state === "redundant") resolve();
    });
    return registration.waiting === null;
  });
  assert.ok(failed, "no version that is not whole is installed");
  await page.reload();
  assert.equal(await heading(), "Privacy, second edition");
  assert.equal(await page.locator(".update").count(), 0);
});

test("the site can be installed", async (t) => {
  const folder = await copySite();
  const server = await serveSite(t, folder);
  const { page } = await openPage(browser, `${server.url}${BELOW}index.html`);
  t.after(() => page.context().close());
  await install(page);
  const devtools = await page.context().newCDPSession(page);
  const { errors } = await devtools.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // A window without a profile, as the test's, installs nothing.
  assert.deepEqual(
    installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito"),
    [],
  );
});
