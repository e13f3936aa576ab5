/** In a worker: reads the files that the page hands over. */

import { Endpoint, type Handlers } from "../endpoint.js";
import { packError } from "../errors.js";
import { announceReady, parentPort } from "../ports.js";
import type { ReaderApi } from "./apart.js";
import { readFile } from "./reading.js";
import type { Parsers } from "./types.js";
import { Budget } from "./unzip.js";

export function serveReader(parsers: Parsers): void {
  const parent = parentPort();
  if (!parent) return;
  const handlers: Handlers<ReaderApi> = {
    async read({ blob, ...file }, { signal, progress }) {
      const alive = () => progress({ stage: "parse", done: 0, total: 0 });
      const budget = new Budget(file.limits);
      const { documents, failures } = await readFile(blob, { ...file, signal, budget, alive, parsers });
      return { documents, failures: failures.map(({ path, error }) => ({ path, error: packError(error) })) };
    },
  };
  new Endpoint(parent, handlers);
  announceReady(parent);
}
