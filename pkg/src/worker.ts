/**
 * Everything behind the page: holds a collection, or only embeds for the worker that does. Started as a worker it
 * serves whoever started it; imported it does nothing until told to.
 */

import { embedderHandlers } from "./embedder.js";
import { serveHost } from "./host.js";
import { announceReady, parentPort } from "./ports.js";

export { serveHost };

const parent = parentPort();
if (parent) {
  serveHost(parent, embedderHandlers());
  announceReady(parent);
}
