/** How far figures can be trusted that were taken on so many questions and no others. */

import { seededRandom } from "./random.js";

/** How often questions are drawn, or signs flipped. */
export const RESAMPLES = 10_000;

/** The share of the drawn means that an interval holds. */
export const CONFIDENCE = 0.95;

export type Interval = [low: number, high: number];

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Where the mean would be with other questions of the same kind: the middle {@link CONFIDENCE} of the means of as many values
 * drawn with replacement. (The percentile bootstrap of Efron, 1979.)
 */
export function bootstrapInterval(values: readonly number[], seed: number): Interval {
  const random = seededRandom(seed);
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw++) sum += values[Math.floor(random() * values.length)]!;
    return sum / values.length;
  }).sort();
  const outside = Math.floor(((1 - CONFIDENCE) / 2) * RESAMPLES);
  return [means[outside]!, means[RESAMPLES - 1 - outside]!];
}

/**
 * How probable a mean at least so far from 0, on either side, would be if each difference might as well have had the other
 * sign. (Fisher's randomization test for pairs, over random signs.)
 */
export function randomizationTest(differences: readonly number[], seed: number): number {
  const random = seededRandom(seed);
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  // Sums that differ by rounding alone are equal.
  const rounding = 1e-12 * total(differences.map(Math.abs));
  const observed = Math.abs(total(differences)) - rounding;
  let asFar = 0;
  for (let flip = 0; flip < RESAMPLES; flip++) {
    let sum = 0;
    for (const difference of differences) sum += random() < 0.5 ? difference : -difference;
    if (Math.abs(sum) >= observed) asFar++;
  }
  // What was observed is one of the ways to set the signs.
  return (asFar + 1) / (RESAMPLES + 1);
}
