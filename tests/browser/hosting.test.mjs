// The site below a path of a host that sends no headers of its own, as static hosts do.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, modelsFolder, openPage, root, serve } from "./harness.mjs";

let server, browser;

before(async () => {
  server = await serve({ mounts: { "/leafcutter/": `${root}/www/dist`, "/leafcutter/models/": modelsFolder } });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test("the site works below a path, with the model beside it", async () => {
  const { page, requests, problems } = await openPage(browser, `${server.url}leafcutter/demo.html`);
  const buffer = Buffer.from("The lighthouse keeper kept bees on the gallery.");
  await page.setInputFiles("#file-input", { name: "harbor.txt", mimeType: "text/plain", buffer });
  await page.waitForSelector("#workspace", { state: "visible" });
  await page.fill("#question", "Who kept bees?");
  await page.press("#question", "Enter");
  await page.waitForSelector(".hit");
  assert.match(await page.textContent(".hit .passage"), /kept bees/);
  await page.goto(`${server.url}leafcutter/docs/privacy.html`);
  assert.equal(await page.textContent("h1"), "Privacy");
  const outside = requests.filter((url) => !url.startsWith(`${server.url}leafcutter/`) && !url.startsWith("blob:"));
  assert.deepEqual({ outside, problems }, { outside: [], problems: [] });
});

test("the page's own policy holds without a header", async () => {
  const { page } = await openPage(browser, `${server.url}leafcutter/`);
  const refused = await page.evaluate(async () => {
    const violation = new Promise((resolve) => document.addEventListener("securitypolicyviolation", resolve));
    await fetch("http://localhost:9/").catch(() => {});
    return (await violation).effectiveDirective;
  });
  assert.equal(refused, "connect-src");
});
