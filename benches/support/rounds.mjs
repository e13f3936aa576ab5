// Takes turns, so that what else the machine does hits every side alike.

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Milliseconds that each contestant takes: the medians over rounds in which each has a turn. An absent one has none.
 *
 * @param {({ turn(repeats?: number): Promise<number> } | undefined)[]} contestants
 * @param {object} options
 * @param {number} options.runs rounds
 * @param {number} [options.warmUp] rounds before, in which the browser compiles what is hot
 * @param {number} [options.repeats] runs in a turn
 * @returns {Promise<(number | undefined)[]>}
 */
export async function rounds(contestants, { runs, warmUp = 2, repeats = 1 }) {
  const times = contestants.map(() => []);
  for (let round = -warmUp; round < runs; round++) {
    for (const [index, contestant] of contestants.entries()) {
      const ms = await contestant?.turn(repeats);
      if (round >= 0 && ms !== undefined) times[index].push(ms);
    }
  }
  return times.map((values) => (values.length > 0 ? median(values) : undefined));
}
