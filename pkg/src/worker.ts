/**
 * Everything behind the page: holds a collection, or only embeds for the worker that does, or quantizes a model. Started as a worker it
 * serves whoever started it, and whom that one connects with it; imported it does nothing until told to.
 */

import { converterHandlers } from "./converter.js";
import { embedderHandlers } from "./embedder.js";
import type { Port } from "./endpoint.js";
import { hostHandlers, serveHost } from "./host.js";
import { announceReady, parentPort } from "./ports.js";

/** Answers all calls that come in by a port. */
export function serve(port: Port): void {
  serveHost(port, hostHandlers, { ...embedderHandlers(), ...converterHandlers() });
}

const parent = parentPort();
if (parent) {
  serve(parent);
  announceReady(parent);
}
