import { aCount, aPositiveCount, checkRecord, must } from "../checks.js";

/** How a language model chooses its words. */
export interface Sampling {
  /** The most tokens of a reply, as the model counts them. Default 512. */
  maxTokens?: number;
  /** 0, the default, always takes the likeliest token, so that the same prompt gives the same reply where the model allows it. */
  temperature?: number;
  /** Of the random choices of a temperature over 0. Default 0. */
  seed?: number;
}

/** Checks of {@link Sampling}'s values. */
export const SAMPLING = {
  maxTokens: aPositiveCount,
  temperature: must("a number from 0 to 2", (value) => Number(value) >= 0 && Number(value) <= 2),
  seed: aCount,
};

/** The values that were given, checked, and the defaults of the others. */
export function samplingOf(sampling: Sampling): Required<Sampling> {
  checkRecord("options", sampling, SAMPLING);
  const { maxTokens = 512, temperature = 0, seed = 0 } = sampling;
  return { maxTokens, temperature, seed };
}
