import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage, root, serve } from "./harness.mjs";

let server;
let browser;

before(async () => {
  server = await serve({ mounts: { "/wasm/": `${root}/pkg/wasm`, "/": `${root}/tests/fixtures/pages` } });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.close();
});

for (const module of ["simd", "relaxed"]) {
  test(`the ${module} module loads in Chromium`, async () => {
    const { page, problems } = await openPage(browser, `${server.url}empty.html`);
    const hasMemory = await page.evaluate(async (module) => {
      const bindings = await import(`/wasm/${module}/leafcutter.js`);
      const exports = await bindings.default({ module_or_path: `/wasm/${module}/leafcutter_bg.wasm` });
      return exports.memory instanceof WebAssembly.Memory;
    }, module);
    assert.equal(hasMemory, true);
    assert.deepEqual(problems, []);
  });
}
