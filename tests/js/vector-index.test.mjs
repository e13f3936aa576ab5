// `VectorIndex` of the bindings: vectors of the caller's own.
import assert from "node:assert/strict";
import test from "node:test";

import { moduleInNode } from "../support/model.mjs";

const { VectorIndex } = (await moduleInNode("simd")).bindings;

/** An index of so many rows of length 1. */
function filled(dimensions, rows, method) {
  const vectors = Float32Array.from({ length: dimensions * rows }, (_, at) => Math.sin(at * at));
  const row = (number) => vectors.subarray(number * dimensions, (number + 1) * dimensions);
  for (let number = 0; number < rows; number++) {
    const length = Math.hypot(...row(number));
    row(number).forEach((value, at) => (row(number)[at] = value / length));
  }
  const index = new VectorIndex(dimensions, method);
  index.add(vectors);
  return { index, row };
}

test("rows are found by every method, and those added later as well", () => {
  for (const method of VectorIndex.methods()) {
    const { index, row } = filled(32, 300, method);
    assert.equal(index.method(), method);
    const { ids, scores } = index.search(row(17), 3);
    assert.equal(ids[0], 17);
    assert.equal(scores.length, 3);
    index.add(row(17).map((value) => 2 * value));
    assert.equal(index.search(row(17), 3).ids[0], 300);
    index.free();
  }
});

test("the method is chosen by the number of rows", () => {
  assert.equal(filled(8, 10).index.method(), "exact");
  assert.equal(filled(8, 1000).index.method(), "signs-simd");
});

test("what does not fit is refused", () => {
  const refused = { code: "invalid-option" };
  assert.throws(() => new VectorIndex(0), refused);
  assert.throws(() => new VectorIndex(8, "guess"), refused);
  const { index } = filled(8, 10);
  assert.throws(() => index.add(new Float32Array(12)), refused);
  assert.throws(() => index.search(new Float32Array(7), 3), refused);
  assert.equal(index.search(new Float32Array(8), 30).ids.length, 10);
});
