/** What a browser tells of the machine that it runs on. */

import type { Runtime } from "leafcutter";
import { benchmarkText } from "./strings.ts";

const text = benchmarkText.facts;

/** Not every browser has these. */
interface Hints extends Navigator {
  /** In GiB, rounded down, and 8 at the most. */
  deviceMemory?: number;
  userAgentData?: { getHighEntropyValues(names: string[]): Promise<Record<string, string>> };
}

/** Names and values, for a report. */
export async function machineFacts(runtime: Runtime): Promise<[string, string][]> {
  const { hardwareConcurrency, userAgent, deviceMemory, userAgentData } = navigator as Hints;
  const hints = await userAgentData
    ?.getHighEntropyValues(["architecture", "bitness", "platform", "platformVersion"])
    .catch(() => undefined);
  const platform = [
    hints?.platform,
    hints?.platformVersion,
    hints?.architecture,
    hints?.bitness && `${hints.bitness} bit`,
  ]
    .filter(Boolean)
    .join(", ");
  const facts: [string, string | undefined][] = [
    [text.version, `${runtime.module} module, ${runtime.kernel}`],
    [text.cores, String(hardwareConcurrency)],
    [text.memory, deviceMemory === undefined ? undefined : `${deviceMemory} GiB`],
    [text.platform, platform],
    [text.browser, userAgent],
    [text.date, new Date().toISOString().slice(0, 10)],
  ];
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]));
}
