/** {@link file://../worker.ts The worker}, for a collection that is encrypted. */

import { converterHandlers } from "../converter.js";
import { embedderHandlers } from "../embedder.js";
import type { Port } from "../endpoint.js";
import { hostHandlers, serveHost } from "../host.js";
import { announceReady, parentPort } from "../ports.js";
import { lockWhenIdle } from "./idle.js";
import { encrypt } from "./storage.js";

/** Answers all calls that come in by a port. */
export function serve(port: Port): void {
  const handlers: typeof hostHandlers = (page) => lockWhenIdle(hostHandlers(page, encrypt));
  serveHost(port, handlers, { ...embedderHandlers(), ...converterHandlers() });
}

const parent = parentPort();
if (parent) {
  serve(parent);
  announceReady(parent);
}
