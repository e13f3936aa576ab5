// The page, as a reader uses it: own files in, questions asked by mouse and by keyboard, sources opened, the tree walked.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { mkdirSync, readFileSync } from "node:fs";
import { modelsFolder } from "../support/model.mjs";
import { launch, openPage, root, serve } from "./harness.mjs";

const FILES = [
  {
    name: "garden.md",
    mimeType: "text/markdown",
    buffer: Buffer.from(`# The garden

## Beans

Runner beans climb up poles. They want water every second evening, and they stop bearing when pods are left to ripen.

## Apples

The old apple tree 🍏 was grafted by my grandmother. It bears only every other year, and its fruit keeps until March.
`),
  },
  {
    name: "harbor.txt",
    mimeType: "text/plain",
    buffer: Buffer.from(`The harbor froze twice that winter. Fishermen walked over the ice to their boats.

In spring the dredger came, and the channel was made two meters deeper, so that the ferry could land at low tide.

${"Nothing of note happened on that day, and the log says no more than that the wind was light. ".repeat(60)}

The lighthouse keeper kept bees on the gallery, sixty feet above the sea.`),
  },
  {
    name: "letters.html",
    mimeType: "text/html",
    buffer: Buffer.from(`<!doctype html><title>Letters</title><h1>Letters</h1>
<p>Dear Ada, the train was late again. <script>document.title = "stolen"</script></p>
<p>The new teacher plays the cello, badly but with conviction.</p>`),
  },
];

describe("the page", () => {
  let server, browser, page, requests, problems;

  before(async () => {
    const mounts = { "/": `${root}/www/dist`, "/models/": modelsFolder };
    // Sent as a header as well, as a server would, the page's own policy also governs its workers.
    const [, policy] = /Content-Security-Policy"\s+content="([^"]+)"/.exec(
      readFileSync(`${root}/www/dist/demo.html`, "utf8"),
    );
    assert.match(
      policy,
      /default-src 'self';.*require-trusted-types-for 'script'; trusted-types leafcutter leafcutter-www$/,
    );
    server = await serve({ mounts, headers: { "content-security-policy": policy } });
    browser = await launch();
    ({ page, requests, problems } = await openPage(browser, `${server.url}demo.html`));
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.setViewportSize({ width: 1280, height: 1000 });
    await page.waitForSelector("#samples button");
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  async function ask(question) {
    await page.fill("#question", question);
    await page.press("#question", "Enter");
    await page.waitForSelector("#results:not([aria-busy])");
    await page.waitForSelector(".hit, .nothing");
  }

  test("reads a reader's own files and says how far it is", async () => {
    await page.evaluate(() => {
      globalThis.stagesSeen = new Set();
      const line = document.getElementById("progress-stage");
      new MutationObserver(() => globalThis.stagesSeen.add(line.textContent)).observe(line, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    await page.setInputFiles("#file-input", FILES);
    await page.waitForSelector("#workspace", { state: "visible" });
    const seen = await page.evaluate(() => [...globalThis.stagesSeen]);
    assert.ok(
      seen.some((line) => /^Working out what each passage means: \d+ of \d+$/.test(line)),
      `stages: ${seen}`,
    );
    assert.match(await page.textContent("#workspace-facts"), /^3 documents, cut into \d+ passages/);
    assert.equal(await page.evaluate(() => document.activeElement.id), "question");
  });

  test("takes files dropped anywhere on it", async () => {
    await page.getByRole("button", { name: "Add documents" }).click();
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["The cellar smells of cider and of old rope."], "cellar.txt"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    });
    await page.waitForSelector("#workspace", { state: "visible" });
    assert.match(await page.textContent("#workspace-facts"), /^4 documents/);
  });

  test("takes pasted text, once the reader says so, by keyboard alone", async () => {
    await page.getByRole("button", { name: "Add documents" }).click();
    await page.getByRole("button", { name: "Paste text" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#paste", { state: "hidden" });
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData(
        "text/plain",
        "On/off hours\nThe lamp at the jetty burns from dusk until the last boat is in.",
      );
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
    assert.match(await page.inputValue("#paste-text"), /jetty/);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#workspace", { state: "visible" });
    assert.match(await page.textContent("#workspace-facts"), /^5 documents/);
    assert.match(await page.textContent("#workspace-title"), /On off hours/);
  });

  test("marks the words of a question and names document and heading", async () => {
    await ask("When do runner beans stop bearing?");
    const first = page.locator(".hit").first();
    assert.match(await first.locator(".passage").textContent(), /stop bearing when pods/);
    assert.match(await first.locator(".crumbs").textContent(), /Beans/);
    const marks = await first.locator("mark").allTextContents();
    assert.ok(
      marks.some((mark) => /bean/i.test(mark)),
      `marks: ${marks}`,
    );
    assert.match(await page.textContent("#status"), /^\d+ passages? in \d+ ms$/);
  });

  test("answers in brief, and a citation opens the sentence that it stands for", async () => {
    await ask("Where did the lighthouse keeper keep bees?");
    assert.match(await page.textContent(".answer .passage"), /bees on the gallery/);
    await page.locator(".cite").first().click();
    const passage = await page.textContent("#reader-passage");
    assert.ok((await page.textContent(".answer .passage")).includes(passage), passage);
    await page.keyboard.press("Escape");
  });

  test("opens a source scrolled to the exact passage, and gives the focus back", async () => {
    await ask("Who kept bees?");
    const hit = page.locator(".hit", { hasText: "bees on the gallery" }).first();
    const text = await hit.locator(".passage").textContent();
    await hit.locator(".hit-title").click();
    await page.waitForSelector("#reader-passage");
    const marked = await page.locator(".reader-text mark").allTextContents();
    assert.equal(marked.join(" ").replace(/\s+/g, " "), text.replace(/\s+/g, " "));
    const scrolled = await page.evaluate(() => {
      const passage = document.getElementById("reader-passage").getBoundingClientRect();
      const body = document.querySelector(".sheet-body").getBoundingClientRect();
      return passage.top >= body.top - 1 && passage.top < body.bottom;
    });
    assert.ok(scrolled, "the passage is in view");
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.getElementById("reader").open), false);
    assert.equal(
      await page.evaluate(() => document.activeElement.className.includes("hit-title")),
      true,
      "the focus is back on the hit",
    );
  });

  test("goes by keyboard from question to source and back", async () => {
    await page.locator("#tab-answers").focus();
    await page.keyboard.press("/");
    await page.keyboard.type("Could the ferry land when the harbor froze?");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector(".answer")?.textContent.includes("ferry"));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    const focused = () => page.evaluate(() => document.activeElement.closest(".hit")?.dataset.node);
    assert.equal(await focused(), await page.locator(".hit").first().getAttribute("data-node"));
    await page.keyboard.press("Enter");
    await page.waitForSelector("#reader-passage");
    await page.keyboard.press("Escape");
    await page.keyboard.press("ArrowUp");
    assert.equal(await page.evaluate(() => document.activeElement.id), "question");
    await page.keyboard.press("Escape");
    assert.equal(await page.inputValue("#question"), "");
    assert.equal(await page.locator(".hit").count(), 0);
  });

  test("narrows down by metadata", async () => {
    await ask("water and weather");
    const kinds = page.locator("#filters fieldset", { hasText: "kind" });
    await kinds.getByLabel("HTML").check();
    await page.waitForFunction(() =>
      [...document.querySelectorAll(".hit-title")].every((title) => title.textContent === "Letters"),
    );
    await page.getByRole("button", { name: "Clear the choice" }).click();
    await page.waitForFunction(() =>
      [...document.querySelectorAll(".hit-title")].some((title) => title.textContent !== "Letters"),
    );
  });

  test("walks the tree up to a summary and down again", async () => {
    await ask("Who kept bees?");
    await page.locator(".hit").first().getByRole("button", { name: "Walk the tree" }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "tree-here");
    const parents = page.locator(".node .nodes .badge.summary");
    if ((await parents.count()) > 0) {
      await parents.first().click();
      assert.match(await page.textContent(".here .badge"), /^summary of \d+ passages?$/);
      await page.locator(".node > .nodes").last().getByRole("button").first().click();
    }
    await page.getByRole("button", { name: /^Leaves/ }).click();
    assert.ok((await page.locator(".nodes li").count()) >= 4);
    await page.getByRole("tab", { name: "Answers" }).click();
  });

  test("cancels a long reading and keeps what was there", async () => {
    await page.getByRole("button", { name: "Add documents" }).click();
    await page.getByRole("button", { name: "Moby-Dick: Whole book" }).click();
    await page.waitForFunction(() => document.getElementById("progress-stage").textContent !== "");
    const began = Date.now();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.waitForSelector("#workspace", { state: "visible" });
    assert.ok(Date.now() - began < 1000, `${Date.now() - began} ms`);
    assert.match(await page.textContent("#workspace-facts"), /^5 documents/);
    await ask("Who kept bees?");
    assert.match(await page.locator(".hit .passage").first().textContent(), /bees/);
  });

  test("says that a dropped folder cannot be read", async () => {
    await page.getByRole("button", { name: "Add documents" }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "gather-title");
    await page.evaluate(() => {
      const readEntries = (_, fail) => fail(new DOMException("it is gone", "NotFoundError"));
      const folder = { isFile: false, name: "folder", createReader: () => ({ readEntries }) };
      const dataTransfer = { types: ["Files"], items: [{ kind: "file", webkitGetAsEntry: () => folder }] };
      const event = new Event("drop", { bubbles: true, cancelable: true });
      Object.defineProperty(event, "dataTransfer", { value: dataTransfer });
      document.body.dispatchEvent(event);
    });
    await page.waitForSelector("#error", { state: "visible" });
    assert.match(await page.textContent("#error"), /could not be read/);
    await page.locator("#error").getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Back to your documents" }).click();
  });

  test("a question that is taken back leaves nothing busy", async () => {
    const busy = await page.evaluate(() => {
      const field = document.getElementById("question");
      const results = document.getElementById("results");
      field.value = "Who kept bees?";
      document.getElementById("ask").requestSubmit();
      const before = results.hasAttribute("aria-busy");
      field.focus();
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
      return [before, results.hasAttribute("aria-busy")];
    });
    assert.deepEqual(busy, [true, false]);
  });

  test("asks before it forgets what was not saved", async () => {
    const startOver = page.getByRole("button", { name: "Start over" });
    await startOver.click();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Keep it");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#confirm", { state: "hidden" });
    assert.match(await page.textContent("#workspace-facts"), /^5 documents/);
    await startOver.click();
    await page.getByRole("button", { name: "Keep it" }).click();
    await ask("Who kept bees?");
    assert.match(await page.locator(".hit .passage").first().textContent(), /bees/);
  });

  test("saves the index, forgets everything, and opens the index again", async () => {
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save the index" }).click();
    const file = await (await downloading).path();
    await page.getByRole("button", { name: "Start over" }).click();
    await page.waitForSelector("#gather", { state: "visible" });
    assert.equal(await page.evaluate(() => document.activeElement.id), "gather-title");
    await page.setInputFiles("#index-input", file);
    await page.waitForSelector("#workspace", { state: "visible" });
    await ask("Who kept bees?");
    assert.match(await page.locator(".hit .passage").first().textContent(), /bees/);
  });

  test("says what to do about a file that is no index", async () => {
    await page.getByRole("button", { name: "Add documents" }).click();
    const buffer = Buffer.from("not an index");
    await page.setInputFiles("#index-input", { name: "broken.leafcutter", mimeType: "", buffer });
    await page.waitForSelector("#error", { state: "visible" });
    assert.match(await page.textContent("#error"), /Choose/);
    await page.locator("#error").getByRole("button", { name: "Close" }).click();
  });

  test("makes the picture for the README", async () => {
    await page.getByRole("button", { name: "Start over" }).click();
    await page.getByRole("button", { name: "Moby-Dick: First ten chapters" }).click();
    await page.waitForSelector("#workspace", { state: "visible", timeout: 300_000 });
    await ask("What does the painting at the inn show?");
    await page.evaluate(() => scrollTo(0, 0));
    // The committed picture is only replaced on demand, so that a test run leaves the checkout as it was.
    const folder = `${root}/${process.env.LEAFCUTTER_SCREENSHOT ? "docs" : "tests/browser/out"}`;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: `${folder}/screenshot.png` });
  });

  test("asked no other origin, broke no rule of its policy and logged no error", (t) => {
    assert.ok(requests.length > 0);
    assert.deepEqual(
      requests.filter((url) => !url.startsWith(server.url) && !url.startsWith("blob:")),
      [],
    );
    assert.deepEqual(problems, []);
    t.diagnostic(`figure: ${requests.length} requests, 0 to another origin`);
  });
});
