// Texts that would run as scripts, in every place of the pages that shows what documents and models say: none does, under the
// policy that the pages are published with, and by the pages' own code where nobody enforces one.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";

import { collectionOf, PAYLOADS } from "../support/payloads.mjs";
import { watch } from "../support/probe.mjs";
import { launch, root, serve } from "./harness.mjs";
import { makeSurfaces } from "./surfaces.mjs";

/** All of them, under the policy as well, take minutes. Without it nothing but the pages' own code keeps a payload from running. */
const LONG = process.env.LEAFCUTTER_LONG !== undefined;
const EVERY = LONG ? 1 : 14;
const VALUES = PAYLOADS.map(({ payload }) => payload).filter((_, index) => index % EVERY === 0);
/** Texts of no harm, by which the kinds of elements that a page makes are known. */
const HARMLESS = Array.from({ length: 24 }, (_, index) => `https://example.test/page-${index}`);

/** What a collection is called that means no good. */
const HOSTILE_NAME = "<img src=x onerror=pwned()>";
/** Of each way in which markup runs or asks for something, one. */
const UNSAFE = ["<img src=x onerror=pwned()>", '<img src="https://leak.example/x.png">', "<svg onload=pwned()></svg>"];

const POLICY = JSON.parse(readFileSync(`${root}/pkg/src/cli/policy.json`, "utf8")).join("; ");

const folder = mkdtempSync(path.join(tmpdir(), "leafcutter-untrusted-"));

describe("untrusted texts", () => {
  let browser;
  let harmless;
  let hostile;

  before(async () => {
    harmless = { ...(await collectionOf(HARMLESS)), values: HARMLESS };
    hostile = { ...(await collectionOf(VALUES)), values: VALUES };
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A page that is watched; it is served under the policy if that is enforced. */
  async function watched(t, { mounts, path: start }, enforced) {
    const server = await serve({
      mounts,
      headers: enforced ? { "content-security-policy": POLICY } : {},
      answerFirst: (request, response) => !enforced && withoutPolicy(request, response, path.join(mounts["/"], start)),
    });
    const context = await browser.newContext();
    t.after(async () => {
      await context.close();
      await server.close();
    });
    const outside = [];
    const dialogs = [];
    context.on("request", (request) => {
      if (!request.url().startsWith(server.url) && !/^(?:blob|data):/.test(request.url())) outside.push(request.url());
    });
    const page = await context.newPage();
    context.on("page", (opened) => outside.push(`a window of ${opened.url()}`));
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.addInitScript(watch);
    const address = server.url + start;
    await page.goto(address);
    const seen = async () => {
      const found = await page.evaluate(() => ({
        executed: globalThis.executed,
        violations: globalThis.violations,
        problems: [...globalThis.problems],
        kinds: [...globalThis.kinds],
        address: location.href,
      }));
      assert.equal(found.address, address);
      return { ...found, outside, dialogs };
    };
    return { page, seen };
  }

  /** Has a surface show a collection, and says what came of it. */
  async function observe(t, surface, enforced, collection, name) {
    const { page, seen } = await watched(t, surface, enforced);
    const shown = await surface.show(page, collection, name);
    return { ...(await seen()), shown };
  }

  for (const surface of makeSurfaces(folder)) {
    test(`${surface.name} shows them as text`, async (t) => {
      const known = await observe(t, surface, LONG, harmless, "harmless");
      for (const enforced of LONG ? [true, false] : [false]) {
        const { kinds, shown, address, ...nothing } = await observe(t, surface, enforced, hostile, HOSTILE_NAME);
        assert.ok(shown >= surface.least * VALUES.length, `only ${shown} of ${VALUES.length} were shown`);
        const foreign = kinds.filter((kind) => !known.kinds.includes(kind));
        assert.deepEqual(
          { ...nothing, foreign },
          { executed: [], violations: [], problems: [], outside: [], dialogs: [], foreign: [] },
          `${address}, ${enforced ? "under" : "without"} the policy`,
        );
      }
      t.diagnostic(`figure: ${surface.name}: ${VALUES.length} payloads, 0 executed`);
    });
  }

  test("a page that takes them for markup is found out", async (t) => {
    const unsafe = { mounts: { "/": root }, path: "tests/browser/blank.html" };
    for (const enforced of [true, false]) {
      const { page, seen } = await watched(t, unsafe, enforced);
      await page.evaluate(async (values) => {
        // As a page would that believes its documents.
        const open = globalThis.trustedTypes.createPolicy("leafcutter-www", { createHTML: (html) => html });
        for (const value of values) {
          const place = document.createElement("div");
          place.innerHTML = open.createHTML(`${value}<a href="javascript:pwned()">${value}</a>`);
          document.body.append(place);
          await new Promise((resolve) => setTimeout(resolve, 20));
          // What covers the page or leads away from it must not end the test.
          place.remove();
        }
      }, UNSAFE);
      const { executed, violations, problems, kinds, outside } = await seen();
      assert.ok(problems.length > 0, "attributes and links that run scripts are noticed");
      assert.ok(kinds.includes("img[onerror]"), "so are elements that should not be there");
      if (enforced)
        assert.ok(
          violations.some((each) => each.startsWith("script-src")),
          `${violations}`,
        );
      else assert.ok(executed.length > 0 && outside.length > 0, "and scripts that run, and requests that leave");
    }
    t.diagnostic("figure: an unsafe page: scripts, foreign elements, violations and requests are noticed");
  });
});

/** Answers for the page that `file` holds with one that states no policy. */
function withoutPolicy({ url }, response, file) {
  if (url !== `/${path.basename(file)}`) return false;
  const html = readFileSync(file, "utf8");
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end(html.replace(/<meta[^>]*Content-Security-Policy[^>]*>/, ""));
  return true;
}
