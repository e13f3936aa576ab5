import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";

import { importSources, temporaryFolder } from "./support.mjs";

const { startNodeWorker, portPair } = await importSources("ports");

const folder = await temporaryFolder();

/** The address of a worker's script. */
async function script(name, content) {
  const file = path.join(folder, `${name}.mjs`);
  await writeFile(file, content);
  return pathToFileURL(file);
}

const PARENT = 'import { parentPort as parent } from "node:worker_threads";';

test("a worker that says that it is there can be talked to", async () => {
  const echo = 'parent.postMessage("ready"); parent.on("message", (message) => parent.postMessage(message));';
  const port = await startNodeWorker(await script("echo", `${PARENT} ${echo}`));
  const answer = new Promise((resolve, reject) => port.listen(resolve, reject));
  port.keepAlive(true);
  port.post({ some: "message" });
  assert.deepEqual(await answer, { some: "message" });
  port.close();
});

/** What keeps a worker from starting, and how its script does it. */
const FAILURES = {
  "throws while it loads": "throw new Error('no')",
  "ends at once": "",
  "says something else": `${PARENT} parent.postMessage("hello"); setInterval(() => {}, 1000);`,
  "never says anything": "setInterval(() => {}, 1000);",
};

for (const [failure, content] of Object.entries(FAILURES)) {
  test(`a worker that ${failure} is given up`, async () => {
    await assert.rejects(startNodeWorker(await script(failure, content), 500), { code: "worker-failed" });
  });
}

test("a worker whose script is not there is given up", async () => {
  await assert.rejects(startNodeWorker(pathToFileURL(path.join(folder, "absent.mjs"))), { code: "worker-failed" });
});

test("a worker that ends later tells its port", async () => {
  const port = await startNodeWorker(
    await script("ends", `${PARENT} parent.postMessage("ready"); setTimeout(() => {}, 50);`),
  );
  port.keepAlive(true);
  const failure = await new Promise((resolve) => port.listen(() => {}, resolve));
  assert.equal(failure.code, "worker-failed");
});

test("a pair of ports copies messages, and moves what is transferred", async () => {
  const [near, far] = portPair();
  const received = new Promise((resolve) => far.listen(resolve));
  const sent = { list: [1], buffer: new ArrayBuffer(8) };
  near.post(sent, [sent.buffer]);
  sent.list.push(2);
  const { list, buffer } = await received;
  assert.deepEqual(list, [1]);
  assert.equal(buffer.byteLength, 8);
  assert.equal(sent.buffer.byteLength, 0);
});

test("a closed pair says nothing more", async () => {
  const [near, far] = portPair();
  far.listen(() => assert.fail("heard"));
  near.close();
  far.close();
  near.post("too late");
  await new Promise(setImmediate);
});
