import type { Port } from "./endpoint.js";
import { LeafcutterError } from "./errors.js";
import { workerThreads } from "./platform.js";

/** How long a worker may take to load before the caller goes on without it. */
const START_TIMEOUT_MS = 10_000;

/** By this a script that was started as a worker of ours knows that it was. */
const WORKER_NAME = "leafcutter";

const READY = "ready";

/** Whether workers can be had here at all. Node's are for computing, not for holding a collection: see `connect.ts`. */
export function hasWebWorkers(): boolean {
  return typeof globalThis.Worker === "function";
}

/**
 * Starts a script as a browser's worker and waits until it says that it is there.
 *
 * @throws LeafcutterError `worker-failed` if it does not, for whatever reason: no workers here, a content security
 * policy, a script that does not load, or nothing heard in time.
 */
export function startWorker(script: URL): Promise<Port> {
  return started(() => webWorkerPort(script), START_TIMEOUT_MS);
}

/** As {@link startWorker}, on one of Node's threads. */
export function startNodeWorker(script: URL, timeout = START_TIMEOUT_MS): Promise<Port> {
  return started(() => nodeWorkerPort(script), timeout);
}

async function started(start: () => Port, timeout: number): Promise<Port> {
  let port: Port;
  try {
    port = start();
  } catch (error) {
    throw new LeafcutterError("worker-failed", `no worker could be created: ${(error as Error).message}`, {
      cause: error,
    });
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const late = () => reject(new LeafcutterError("worker-failed", `the worker did not start in ${timeout} ms`));
      timer = setTimeout(late, timeout);
      port.listen((message) => message === READY && resolve(), reject);
    });
  } catch (error) {
    port.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return port;
}

/** In a worker that {@link startWorker} or {@link startNodeWorker} started: the port to who called it. Elsewhere `undefined`. */
export function parentPort(): Port | undefined {
  const threads = workerThreads();
  if (threads && !hasWebWorkers()) {
    const { parentPort: parent, workerData } = threads;
    if (!parent || workerData !== WORKER_NAME) return undefined;
    return {
      post: (message, transfer) => parent.postMessage(message, transfer as never),
      listen: (onMessage) => void parent.removeAllListeners("message").on("message", onMessage),
      close: () => parent.close(),
    };
  }
  const scope = globalThis as unknown as DedicatedWorkerScope;
  if (scope.name !== WORKER_NAME || typeof scope.postMessage !== "function" || "document" in scope) return undefined;
  return {
    post: (message, transfer = []) => scope.postMessage(message, transfer),
    listen: (onMessage) => void (scope.onmessage = (event) => onMessage(event.data)),
    close: () => scope.close(),
  };
}

/** Answers the wait of whoever started this worker. */
export function announceReady(port: Port): void {
  port.post(READY);
}

/**
 * One end of a channel between two threads.
 *
 * @param onClose - Ends the thread of the other end.
 */
export function channelPort(channel: MessagePort, onClose = () => {}): Port {
  return {
    post: (message, transfer = []) => channel.postMessage(message, transfer),
    listen(onMessage, onFailure) {
      channel.onmessage = (event) => onMessage(event.data);
      // The first where the browser says it of channels, which not all do.
      for (const type of ["close", "messageerror"]) {
        channel.addEventListener(type, () => onFailure(new LeafcutterError("worker-failed", "the worker ended")));
      }
    },
    close() {
      channel.close();
      onClose();
    },
  };
}

/** Two ports that are each other's other end, on one thread. Messages are copied, as between threads. */
export function portPair(): [Port, Port] {
  const listeners: [Listener?, Listener?] = [];
  const port = (own: 0 | 1, other: 0 | 1): Port => ({
    post(message, transfer = []) {
      const copy = structuredClone(message, { transfer });
      queueMicrotask(() => listeners[other]?.(copy));
    },
    listen: (onMessage) => void (listeners[own] = onMessage),
    close: () => void (listeners.length = 0),
  });
  return [port(0, 1), port(1, 0)];
}

type Listener = (message: unknown) => void;

interface DedicatedWorkerScope {
  name?: unknown;
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

function webWorkerPort(script: URL): Port {
  const worker = new Worker(trustedScript(script), { type: "module", name: WORKER_NAME });
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    listen: (onMessage, onFailure) => {
      worker.onmessage = (event) => onMessage(event.data);
      worker.onerror = (event) => {
        event.preventDefault();
        onFailure(new LeafcutterError("worker-failed", `the worker failed: ${event.message || "it did not load"}`));
      };
      worker.onmessageerror = () =>
        onFailure(new LeafcutterError("worker-failed", "a message of the worker could not be read"));
    },
    close: () => worker.terminate(),
  };
}

function nodeWorkerPort(script: URL): Port {
  const threads = workerThreads();
  if (!threads) throw new Error("there are no workers here");
  const worker = new threads.Worker(script, { workerData: WORKER_NAME });
  worker.unref();
  return {
    post: (message, transfer) => worker.postMessage(message, transfer as never),
    listen: (onMessage, onFailure) => {
      worker.removeAllListeners();
      worker.on("message", onMessage);
      worker.on("error", (error) =>
        onFailure(new LeafcutterError("worker-failed", `the worker failed: ${error.message}`, { cause: error })),
      );
      worker.on("exit", (status) =>
        onFailure(new LeafcutterError("worker-failed", `the worker ended with status ${status}`)),
      );
    },
    close: () => void worker.terminate(),
    keepAlive: (busy) => (busy ? worker.ref() : worker.unref()),
  };
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

let policy: ReturnType<TrustedTypes["createPolicy"]> | undefined;

/**
 * The script's address as pages that require Trusted Types want it, by the one policy `leafcutter`. It lets through
 * what comes from the page's own origin; browsers refuse other workers anyway.
 */
export function trustedScript(script: URL): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return script.href;
  policy ??= trustedTypes.createPolicy("leafcutter", {
    createScriptURL(url) {
      if (new URL(url).origin !== location.origin) throw new TypeError(`${url} is of another origin`);
      return url;
    },
  });
  return policy.createScriptURL(script.href);
}
