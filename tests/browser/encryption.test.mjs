// Collections that a browser keeps encrypted, under a strict policy: what its files hold, and in tabs that lock; keys from passkeys.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import { medianOf } from "../support/encrypted.mjs";
import { launchWithProfile, modelsFolder, root, serve } from "./harness.mjs";

const whole = process.env.LEAFCUTTER_LONG === "1";
const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; " +
  "require-trusted-types-for 'script'; trusted-types leafcutter";

/** A browser, and pages of it that have `tools`. */
async function browser(t) {
  const folder = await mkdtemp(join(tmpdir(), "leafcutter-encryption-"));
  const mounts = { "/": root, "/models/": modelsFolder };
  const site = await serve({ mounts, headers: { "content-security-policy": POLICY } });
  const context = await launchWithProfile(folder);
  t.after(async () => {
    await context.close();
    await site.close();
    // The browser may still be writing to its profile.
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  return async () => {
    const page = await context.newPage();
    // WebAuthn takes a name.
    await page.goto(new URL("tests/browser/blank.html", site.url.replace("127.0.0.1", "localhost")).href);
    await page.evaluate(async () => {
      globalThis.tools = await import("/tests/support/encrypted-page.mjs");
    });
    return page;
  };
}

test("what a browser keeps cannot be read, and opens again", { timeout: 60_000 }, async (t) => {
  const newPage = await browser(t);
  const page = await newPage();
  const found = await page.evaluate(async () => {
    const { open, KEY, stateOf, secretDocuments, filesOf, readableIn, SECRETS } = globalThis.tools;
    const collection = await open({ encryption: KEY });
    await collection.add(secretDocuments(600, 3));
    await collection.add(secretDocuments(601, 3));
    const plain = await collection.export();
    const { storage, runtime } = await collection.stats();
    await collection.close();
    const files = await filesOf();
    const again = await open({ encryption: KEY });
    const same = (await stateOf(again)) === globalThis.tools.hashOf(plain);
    await again.close();
    const readable = readableIn([...files.values()], SECRETS, plain);
    return { names: [...files.keys()], readable, storage, worker: runtime.worker, same };
  });
  assert.deepEqual(found.readable, { words: 0, stretches: 0 });
  assert.deepEqual([found.storage.kind, found.storage.encrypted, found.worker, found.same], ["opfs", true, true, true]);
  for (const kind of ["manifest-0", "manifest-1", "whole-", "delta-", "indexes-", "key-"]) {
    assert(
      found.names.some((name) => name.startsWith(kind)),
      found.names.join(" "),
    );
  }
  const codes = await page.evaluate(async () => {
    const { open, KEY } = globalThis.tools;
    const codeOf = (options) =>
      open(options).then(
        (it) => it.close(),
        ({ code }) => code,
      );
    return [await codeOf({}), await codeOf({ encryption: { key: KEY.key.map((byte) => byte ^ 1) } })];
  });
  assert.deepEqual(codes, ["encrypted", "wrong-passphrase"]);
  t.diagnostic("figure: nothing readable in the origin private file system");
});

test("IndexedDB holds nothing that can be read either, also where the page holds the collection", async (t) => {
  const page = await (await browser(t))();
  const found = await page.evaluate(async () => {
    const { open, KEY, secretDocuments, readableIn, SECRETS, piecesOf, stateOf, hashOf } = globalThis.tools;
    navigator.storage.getDirectory = () => Promise.reject(new Error("there is none here"));
    const collection = await open({ encryption: KEY, worker: false });
    await collection.add(secretDocuments(60, 3));
    await collection.add(secretDocuments(61, 3));
    const plain = await collection.export();
    const { storage } = await collection.stats();
    await collection.close();
    const again = await open({ encryption: KEY, worker: false });
    const same = (await stateOf(again)) === hashOf(plain);
    await again.close();
    const pieces = await piecesOf();
    return { kind: storage.kind, pieces: pieces.length, readable: readableIn(pieces, SECRETS, plain), same };
  });
  assert.deepEqual([found.kind, found.same, found.readable], ["indexeddb", true, { words: 0, stretches: 0 }]);
  assert(found.pieces >= 4);
  t.diagnostic("figure: nothing readable in IndexedDB");
});

test("bytes that are changed in a browser's files are refused, or are not needed", { timeout: 600_000 }, async (t) => {
  const page = await (await browser(t))();
  const result = await page.evaluate(
    async (tries) => {
      const { open, KEY, secretDocuments, stateOf, filesOf, changeFile, uniform } = globalThis.tools;
      const collection = await open({ encryption: KEY });
      for (const document of secretDocuments(3, 2)) await collection.add([document]);
      const state = await stateOf(collection);
      await collection.close();
      const random = uniform(5);
      const outcomes = { refused: 0, same: 0, wrong: [] };
      for (const [file, bytes] of await filesOf()) {
        for (let tried = 0; tried < tries; tried++) {
          const at = Math.floor(random() * bytes.length);
          const changed = bytes.slice();
          changed[at] ^= 1 << Math.floor(random() * 8);
          await changeFile(file, changed);
          try {
            const again = await open({ encryption: KEY, worker: false });
            const same = (await stateOf(again)) === state;
            await again.close();
            // Of two manifests one is enough.
            if (same && file.startsWith("manifest-")) outcomes.same++;
            else outcomes.wrong.push(`byte ${at} of ${file}`);
          } catch ({ code }) {
            if (code === "index-damaged") outcomes.refused++;
            else outcomes.wrong.push(`byte ${at} of ${file}: ${code}`);
          }
          await changeFile(file, bytes);
        }
      }
      for (const file of ["manifest-0", "manifest-1"]) await changeFile(file, new Uint8Array(300));
      const lost = await open({ encryption: KEY }).then(
        () => "opened",
        ({ code }) => code,
      );
      return { ...outcomes, lost };
    },
    whole ? 200 : 4,
  );
  assert.deepEqual([result.wrong, result.lost], [[], "index-damaged"]);
  assert(result.refused > 0 && result.same > 0);
  t.diagnostic(`figure: ${result.refused} changed bytes refused, ${result.same} of manifests made good by the other`);
});

test("two tabs have a key each, and one that is locked knows afterwards what the other did", async (t) => {
  const newPage = await browser(t);
  const [one, two] = [await newPage(), await newPage()];
  const open = (page, options = {}) =>
    page.evaluate(async (options) => {
      const { open, KEY } = globalThis.tools;
      globalThis.collection = await open({ encryption: { ...KEY, ...options } });
    }, options);
  const run = (page, method, ...given) =>
    page.evaluate(
      ([method, given]) =>
        globalThis.collection[method](...given).then(
          (result) => (Array.isArray(result) ? result.length : "done"),
          ({ code }) => code,
        ),
      [method, given],
    );
  const add = (page, count) =>
    page.evaluate(async (count) => {
      await globalThis.collection.add(globalThis.tools.secretDocuments(count));
    }, count);
  await open(one);
  await open(two, { lockAfter: 60_000 });
  await add(one, 4);
  await run(one, "lock");
  assert.equal(await run(one, "documents"), "locked");
  assert.equal(await run(two, "documents"), 4);
  await add(two, 7);
  const unlock = (page) => page.evaluate(() => globalThis.collection.unlock(globalThis.tools.KEY));
  await unlock(one);
  assert.equal(await run(one, "documents"), 7);
  await two.evaluate(async () => {
    await globalThis.collection.close();
    const { open, KEY } = globalThis.tools;
    globalThis.collection = await open({ encryption: { ...KEY, lockAfter: 150 } });
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(await run(two, "documents"), "locked");
  assert.equal(await run(one, "documents"), 7);
  t.diagnostic("figure: each of two tabs locks by itself, and sees what the other did");
});

test("a passkey opens what it encrypted, and another does not", { timeout: 60_000 }, async (t) => {
  const page = await (await browser(t))();
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const result = await page.evaluate(async () => {
    const { open, secretDocuments, createPasskey, passkeyKey } = globalThis.tools;
    const [id, other] = [
      await createPasskey({ site: "Leafcutter", user: "reader" }),
      await createPasskey({ site: "Leafcutter", user: "another" }),
    ];
    const key = await passkeyKey(id);
    const collection = await open({ encryption: { key } });
    await collection.add(secretDocuments(3));
    await collection.lock();
    const wrong = await collection.unlock({ key: await passkeyKey(other) }).then(
      () => "opened",
      ({ code }) => code,
    );
    await collection.unlock({ key: await passkeyKey(id) });
    const documents = (await collection.documents()).length;
    await collection.close();
    return { bytes: key.length, wrong, documents };
  });
  assert.deepEqual(result, { bytes: 32, wrong: "wrong-passphrase", documents: 3 });
  await session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
  t.diagnostic("figure: a virtual authenticator's passkey opens what it encrypted, another does not");
});

test("opening an encrypted collection takes at most a fifth longer", { timeout: 600_000 }, async (t) => {
  const newPage = await browser(t);
  const page = await newPage();
  const chunks = await page.evaluate(
    async (documents) => {
      const { prepareForOpening } = globalThis.tools;
      return prepareForOpening(documents);
    },
    whole ? 900 : 60,
  );
  await page.close();
  const times = { plain: [], encrypted: [] };
  for (let round = 0; round < (whole ? 15 : 2); round++) {
    for (const name of ["plain", "encrypted"]) {
      const page = await newPage();
      times[name].push(await page.evaluate((name) => globalThis.tools.openingTime(name), name));
      await page.close();
    }
  }
  const [plain, encrypted] = [times.plain, times.encrypted].map(medianOf);
  const more = Math.round((100 * (encrypted - plain)) / plain);
  t.diagnostic(
    `figure: ${chunks} chunks open in ${Math.round(encrypted)} ms, plain in ${Math.round(plain)} ms: ${more} % more`,
  );
  if (whole) assert(chunks >= 10_000 && more <= 20, JSON.stringify(times));
});
