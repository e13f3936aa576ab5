// Random numbers that are the same everywhere. Runs in Node and in browsers alike.

/** A generator of numbers from 0 to 1, the same everywhere. */
export function uniform(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
