/** Two settings on the same questions. */

import { bootstrapInterval, mean, randomizationTest, type Interval } from "./statistics.js";
import type { MetricValues } from "./values.js";

/** What one setting has more than the other, of one metric. */
export interface Difference {
  mean: number;
  interval: Interval;
  /** Two-sided, of the paired randomization test. */
  p: number;
  /** Shares of the questions for which it is more, and less. */
  better: number;
  worse: number;
}

export function compare(values: MetricValues, others: MetricValues, seed: number): Record<string, Difference> {
  return Object.fromEntries(
    Object.entries(values).map(([name, list]) => {
      const differences = list.map((value, question) => value - others[name]![question]!);
      const share = (test: (difference: number) => boolean) => differences.filter(test).length / differences.length;
      const difference: Difference = {
        mean: mean(differences),
        interval: bootstrapInterval(differences, seed),
        p: randomizationTest(differences, seed),
        better: share((value) => value > 0),
        worse: share((value) => value < 0),
      };
      return [name, difference];
    }),
  );
}
