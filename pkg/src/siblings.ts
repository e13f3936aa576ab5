/**
 * Workers beside the one that holds a collection: both ends of how it has them started. In a browser the page starts them and
 * connects them with it by ports, so that none is started by another worker: of one that ends together with the worker that
 * started it, Chromium keeps the memory for as long as the page lives.
 */

import { Endpoint, Transferred, type Handlers, type Port } from "./endpoint.js";
import { LeafcutterError } from "./errors.js";
import { channelPort, hasWebWorkers, startNodeWorker, startWorker } from "./ports.js";
import type { SiblingApi, StarterApi } from "./protocol.js";

/** Starts one, and answers with a port to it. */
export type StartSibling = () => Promise<Port>;

/** On the page: starts them when they are asked for, and ends them all. */
export function siblings(script: URL) {
  const running = new Map<number, Endpoint<SiblingApi>>();
  let last = 0;
  let ended = false;
  const end = (id: number) => {
    running.get(id)?.fail(new LeafcutterError("worker-failed", "the worker was ended"));
    running.delete(id);
  };
  const handlers: Handlers<StarterApi> = {
    async startSibling() {
      const worker = await startWorker(script);
      const id = ++last;
      const endpoint = new Endpoint<SiblingApi>(worker, {}, () => end(id));
      running.set(id, endpoint);
      const { port1, port2 } = new MessageChannel();
      // Not waited for: of one that ended since, the other end of the channel hears.
      endpoint.call("serve", port1, { transfer: [port1] }).catch(() => {});
      if (ended) end(id);
      return new Transferred({ id, port: port2 }, [port2]);
    },
    endSibling: end,
  };
  const endAll = () => {
    ended = true;
    [...running.keys()].forEach(end);
  };
  return { handlers, endAll };
}

/**
 * On the thread that holds the collection: has one started. In Node that thread is the caller's own, and starts it itself.
 *
 * @throws LeafcutterError `worker-failed` if it does not start.
 */
export async function startSibling(page: Endpoint<StarterApi>, script: string): Promise<Port> {
  if (!hasWebWorkers()) return startNodeWorker(new URL(script));
  const { id, port } = await page.call("startSibling", null);
  return channelPort(port, () => void page.call("endSibling", id).catch(() => {}));
}
