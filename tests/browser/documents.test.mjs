// Files of all kinds, chosen on the page under its strict policy: parsers are loaded when such a file comes, errors are told for each
// file, and answers lead to pages.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { testFile } from "../support/files.mjs";
import { modelsFolder } from "../support/model.mjs";
import { launch, openPage, root, serve } from "./harness.mjs";

const FILES = ["report.pdf", "notes.docx", "speeches.md", "encrypted.pdf", "picture.pdf"];

describe("documents on the page", () => {
  let server, browser, page, requests, problems;

  before(async () => {
    const [, policy] = /Content-Security-Policy"\s+content="([^"]+)"/.exec(
      readFileSync(`${root}/www/dist/demo.html`, "utf8"),
    );
    const mounts = { "/": `${root}/www/dist`, "/models/": modelsFolder };
    server = await serve({ mounts, headers: { "content-security-policy": policy } });
    browser = await launch();
    ({ page, requests, problems } = await openPage(browser, `${server.url}demo.html`));
    await page.waitForSelector("#samples button");
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  const loaded = (part) => requests.filter((url) => url.includes(`/documents/${part}`)).length;

  test("files of all kinds in, those that cannot be read told of", async (t) => {
    assert.equal(loaded("pdf") + loaded("docx") + loaded("worker"), 0, "no parser before a file");
    const broken = { name: "broken.docx", mimeType: "", buffer: Buffer.from("no") };
    const chosen = FILES.map((name) => ({ name, mimeType: "", buffer: readFileSync(testFile(name)) }));
    await page.setInputFiles("#file-input", [...chosen, broken]);
    await page.waitForSelector("#workspace:not([hidden])", { timeout: 120_000 });
    assert.match(await page.textContent("#workspace-facts"), /^3 documents/);
    const told = await page.locator("#error li").allTextContents();
    assert.equal(told.length, 3, told.join("\n"));
    for (const name of ["broken.docx", "encrypted.pdf", "picture.pdf"]) {
      assert.ok(
        told.some((line) => line.includes(name)),
        name,
      );
    }
    assert.ok(loaded("pdf.worker.js") > 0 && loaded("worker.js") > 0);
    assert.equal(loaded("pdf-") + loaded("docx") + loaded("cmaps"), 0, "the page itself reads none");
    t.diagnostic(`figure: 3 documents, 3 files told of`);
  });

  test("a question over a table is computed", async (t) => {
    await page.fill("#question", "What was the lowest wheat price since 1700?");
    await page.press("#question", "Enter");
    await page.waitForSelector("#answer code");
    const expression = await page.textContent("#answer code");
    assert.equal(expression, "min(wheat) where year >= 1700");
    const { rows } = JSON.parse(readFileSync(`${testFile("report.pdf")}.known.json`, "utf8"));
    const wheat = rows.map(({ cells }) => Object.fromEntries(cells)).filter(({ year }) => Number(year) >= 1700);
    const least = Math.min(...wheat.flatMap(({ wheat }) => (wheat === undefined ? [] : [Number(wheat)])));
    const shown = await page.locator("#answer section").last().textContent();
    assert.ok(shown.includes(`${least}`), shown);
    t.diagnostic(`figure: ${expression} is ${least}`);
  });

  test("an answer leads to its page", async (t) => {
    const { pieces } = JSON.parse(readFileSync(`${testFile("report.pdf")}.known.json`, "utf8"));
    const late = pieces.filter(({ text, anchor }) => anchor !== "page=1" && /^\p{Lu}.*\.$/u.test(text)).at(-1);
    await page.fill("#question", late.text.split(" ").slice(0, 14).join(" "));
    await page.press("#question", "Enter");
    // The answer before it stays until this one is there.
    await page.waitForSelector("[aria-busy]", { state: "detached" });
    const expected = late.anchor.replace("=", " ");
    const sources = await page.locator("#answer .sources li").allTextContents();
    assert.ok(
      sources.some((source) => source.endsWith(expected)),
      `${expected}: ${sources.join("; ")}`,
    );
    const elsewhere = requests.filter((url) => !url.startsWith(server.url) && !/^(data|blob):/.test(url));
    assert.deepEqual([elsewhere, problems], [[], []]);
    t.diagnostic(`figure: cited as "${expected}"; ${requests.length} requests, 0 to another origin`);
  });
});
