// The minimum of a smooth function of many numbers: limited-memory BFGS (Liu and Nocedal, "On the limited memory BFGS method for large
// scale optimization", 1989).

/** Pairs of steps and changes of the slope that are remembered. */
const MEMORY = 8;
const STEPS = 80;
/** It is over when a step gains less than this share of the value. */
const LEAST_GAIN = 1e-4;
/** The share of what the slope promises that a step must keep (Armijo). */
const KEPT = 1e-4;

const dot = (one, other) => {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index] * other[index];
  return sum;
};

/** Adds `share` of `other` to `one`. */
const add = (one, other, share) => {
  for (let index = 0; index < one.length; index++) one[index] += share * other[index];
};

/**
 * @param {(at: Float64Array, slope: Float64Array) => number} loss - The value at a place; fills in the slope there.
 * @param {Float64Array} begin
 * @returns {Float64Array}
 */
export function minimize(loss, begin) {
  let place = begin.slice();
  let slope = new Float64Array(place.length);
  let value = loss(place, slope);
  /** The latest first. */
  const memory = [];
  for (let step = 0; step < STEPS; step++) {
    const direction = descent(slope, memory);
    const promise = dot(slope, direction);
    let length = memory.length === 0 ? 1 / Math.sqrt(dot(slope, slope)) : 1;
    const next = { place: undefined, slope: new Float64Array(place.length), value: Infinity };
    for (let halvings = 0; halvings < 30; halvings++, length /= 2) {
      next.place = place.slice();
      add(next.place, direction, length);
      next.value = loss(next.place, next.slope);
      if (next.value <= value + KEPT * length * promise) break;
    }
    const gained = value - next.value;
    if (!(gained > 0)) break;
    const moved = next.place.slice();
    add(moved, place, -1);
    const turned = next.slope.slice();
    add(turned, slope, -1);
    const curvature = dot(moved, turned);
    if (curvature > 0) memory.unshift({ moved, turned, curvature });
    memory.length = Math.min(memory.length, MEMORY);
    ({ place, slope, value } = next);
    if (gained < LEAST_GAIN * value) break;
  }
  return place;
}

/** Where to go from a place with this slope. */
function descent(slope, memory) {
  const direction = slope.map((each) => -each);
  const shares = memory.map(({ moved, turned, curvature }) => {
    const share = dot(moved, direction) / curvature;
    add(direction, turned, -share);
    return share;
  });
  const [latest] = memory;
  if (latest) {
    const scale = latest.curvature / dot(latest.turned, latest.turned);
    for (let index = 0; index < direction.length; index++) direction[index] *= scale;
  }
  for (let index = memory.length - 1; index >= 0; index--) {
    const { moved, turned, curvature } = memory[index];
    add(direction, moved, shares[index] - dot(turned, direction) / curvature);
  }
  return direction;
}
