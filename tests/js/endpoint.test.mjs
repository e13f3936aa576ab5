import assert from "node:assert/strict";
import test from "node:test";

import { importSources } from "./support.mjs";

const { Endpoint, Transferred, portPair, LeafcutterError } = await importSources("endpoint", "ports", "errors");

/** Two ends on one thread; the second answers with `handlers`. */
function connected(handlers) {
  const [near, far] = portPair();
  new Endpoint(far, handlers);
  return new Endpoint(near, {});
}

const never = () => new Promise(() => {});

test("a call is answered with what its handler gives", async () => {
  const endpoint = connected({ double: (number) => 2 * number, later: async (text) => `${text}!` });
  assert.deepEqual(await Promise.all([endpoint.call("double", 4), endpoint.call("later", "so")]), [8, "so!"]);
  assert.equal(endpoint.oldestCall, undefined);
});

test("an error keeps its code and message", async () => {
  const endpoint = connected({
    typed() {
      throw new LeafcutterError("encoder", "no");
    },
    core() {
      throw Object.assign(new Error("damaged"), { code: "index-damaged" });
    },
    node() {
      throw Object.assign(new Error("gone"), { code: "ENOENT" });
    },
    text() {
      throw "only text";
    },
    crash() {
      throw new WebAssembly.RuntimeError("unreachable");
    },
  });
  const codeOf = (method) =>
    endpoint.call(method, null).catch((error) => (assert(error instanceof LeafcutterError), error.code));
  assert.deepEqual(await Promise.all(["typed", "core", "node", "text", "crash", "absent"].map(codeOf)), [
    "encoder",
    "index-damaged",
    "internal",
    "internal",
    "crashed",
    "internal",
  ]);
});

test("an argument that cannot be copied rejects the call and leaves nothing pending", async () => {
  const endpoint = connected({ take: () => 1 });
  await assert.rejects(
    endpoint.call("take", () => {}),
    { name: "DataCloneError" },
  );
  assert.equal(endpoint.oldestCall, undefined);
});

test("a result's buffer moves instead of being copied", async () => {
  const values = Float32Array.of(1, 2);
  const endpoint = connected({ take: () => new Transferred(values, [values.buffer]) });
  assert.deepEqual(await endpoint.call("take", null), Float32Array.of(1, 2));
  assert.equal(values.length, 0);
});

test("progress reaches the call that it belongs to", async () => {
  const endpoint = connected({
    count(stage, { progress }) {
      progress({ stage, done: 1, total: 2 });
    },
  });
  const seen = [];
  const onProgress = (progress) => seen.push(progress);
  await Promise.all([endpoint.call("count", "parse", { onProgress }), endpoint.call("count", "embed")]);
  assert.deepEqual(seen, [{ stage: "parse", done: 1, total: 2 }]);
});

test("aborting rejects at once, tells the handler, and drops its answer", async () => {
  let told;
  const endpoint = connected({
    work: (_, { signal }) => new Promise((resolve) => signal.addEventListener("abort", () => resolve((told = "told")))),
  });
  const controller = new AbortController();
  const call = endpoint.call("work", null, { signal: controller.signal });
  await new Promise(setImmediate);
  controller.abort("changed my mind");
  await assert.rejects(call, { name: "AbortError", code: "cancelled", cause: "changed my mind" });
  await new Promise(setImmediate);
  assert.equal(told, "told");
  assert.equal(endpoint.oldestCall, undefined);
});

test("after the last word a call cannot be cancelled, and before it nothing was done", async () => {
  const done = [];
  let reached;
  const endpoint = connected({
    async commit(name, { lastWord }) {
      reached?.();
      await lastWord();
      done.push(name);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return name;
    },
  });
  const late = new AbortController();
  const call = endpoint.call("commit", "late", { signal: late.signal });
  while (done.length === 0) await new Promise(setImmediate);
  late.abort();
  assert.equal(await call, "late");

  const early = new AbortController();
  reached = () => early.abort();
  await assert.rejects(endpoint.call("commit", "early", { signal: early.signal }), { code: "cancelled" });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(done, ["late"]);
  assert.equal(endpoint.oldestCall, undefined);
});

test("a signal that is aborted already sends nothing", async () => {
  const endpoint = connected({ work: () => assert.fail("was called") });
  await assert.rejects(endpoint.call("work", null, { signal: AbortSignal.abort() }), { code: "cancelled" });
});

test("a cancelled call stays owed until the other end answers", async () => {
  const endpoint = connected({ work: never });
  const controller = new AbortController();
  const call = endpoint.call("work", null, { signal: controller.signal });
  controller.abort();
  await assert.rejects(call);
  assert.equal(endpoint.oldestCall, 1);
});

test("a failed port rejects all calls, those to come too", async () => {
  const endpoint = connected({ work: never });
  const under = endpoint.call("work", null);
  endpoint.fail(new LeafcutterError("worker-failed", "it died"));
  await assert.rejects(under, { code: "worker-failed" });
  await assert.rejects(endpoint.call("work", null), { code: "worker-failed" });
});
