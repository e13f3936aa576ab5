import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { importSources } from "./support.mjs";

const { Queue, ProgressReporter } = await importSources("queue", "progress");

test("the queue runs one task at a time in order, whatever becomes of each", async () => {
  const queue = new Queue();
  const log = [];
  const task = (name, ms, fails) => async () => {
    log.push(`${name} begins`);
    await sleep(ms);
    log.push(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  };
  const first = queue.run(task("first", 20, true));
  const second = queue.run(task("second", 1));
  await assert.rejects(first, { message: "first" });
  assert.equal(await second, "second");
  assert.deepEqual(log, ["first begins", "first ends", "second begins", "second ends"]);
});

test("a task that is cancelled while it waits does not run", async () => {
  const queue = new Queue();
  const controller = new AbortController();
  const first = queue.run(() => sleep(10));
  const second = queue.run(() => assert.fail("ran"), controller.signal);
  controller.abort();
  await first;
  await assert.rejects(second, { code: "cancelled" });
});

test("progress is thinned out but never loses a stage's first and last, and tells the time left", () => {
  let now = 0;
  const seen = [];
  const reporter = new ProgressReporter(
    (progress) => seen.push(progress),
    () => now,
  );
  for (let done = 0; done <= 100; done++, now += 10) reporter.report({ stage: "embed", done, total: 100 });
  reporter.report({ stage: "cluster", done: 0, total: 3 });
  assert.deepEqual(seen[0], { stage: "embed", done: 0, total: 100 });
  assert.deepEqual(seen.at(-2), { stage: "embed", done: 100, total: 100, secondsLeft: 0 });
  assert.deepEqual(seen.at(-1), { stage: "cluster", done: 0, total: 3 });
  assert(seen.length <= 23, `${seen.length} messages in a second`);
  // 10 ms each.
  assert.deepEqual(seen[2], { stage: "embed", done: 10, total: 100, secondsLeft: 0.9 });
});
