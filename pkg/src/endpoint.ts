import { cancelled, LeafcutterError, packError, toLeafcutterError, unpackError, type ErrorMessage } from "./errors.js";
import { orCancelled } from "./signals.js";
import type { Progress } from "./types.js";

/** One end of a channel between threads. */
export interface Port {
  post(message: unknown, transfer?: Transferable[]): void;
  /** Replaces the listeners. `onFailure` hears that the other end is gone. */
  listen(onMessage: (message: unknown) => void, onFailure: (error: Error) => void): void;
  close(): void;
  /** In Node: whether the process stays alive for this port. */
  keepAlive?(busy: boolean): void;
}

type Handler = (argument: never, context: CallContext) => unknown;

/** What a handler is given beside its argument. */
export interface CallContext {
  /** Aborted when the caller cancels. */
  signal: AbortSignal;
  progress(progress: Progress): void;
  /**
   * To be awaited before what cannot be undone: resolves once the caller has given up cancelling, and rejects if it
   * cancelled before. So a caller who hears that a call was cancelled knows that nothing was done.
   */
  lastWord(): Promise<void>;
}

/** The methods that one end offers: what each takes and gives. */
export type Methods<Api> = { [Name in keyof Api]: (argument: never) => unknown };

/** The functions that answer them. */
export type Handlers<Api extends Methods<Api>> = {
  [Name in keyof Api]: (
    argument: Parameters<Api[Name]>[0],
    context: CallContext,
  ) =>
    | ReturnType<Api[Name]>
    | Transferred<ReturnType<Api[Name]>>
    | Promise<ReturnType<Api[Name]> | Transferred<ReturnType<Api[Name]>>>;
};

/** A handler's result whose buffers move to the caller instead of being copied. */
export class Transferred<T> {
  constructor(
    readonly value: T,
    readonly buffers: Transferable[],
  ) {}
}

export interface CallSettings {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  transfer?: Transferable[];
}

/** Every `call` is answered by one `result` or `error` of its id, cancelled ones too. */
type Message =
  | { kind: "call"; id: number; method: string; argument: unknown }
  | { kind: "cancel"; id: number }
  /** The end that serves the call asks whether it still stands; `proceed` says so, and that no `cancel` follows. */
  | { kind: "last-word"; id: number }
  /** To be answered at once by `beat`: whether the other end still hears. */
  | { kind: "ask" }
  | { kind: "beat" }
  | { kind: "proceed"; id: number }
  | { kind: "progress"; id: number; progress: Progress }
  | { kind: "result"; id: number; value: unknown }
  | { kind: "error"; id: number; error: ErrorMessage };

/** A call from the other end. */
interface ServedCall {
  controller: AbortController;
  proceed: (() => void) | undefined;
}

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: Error): void;
  /** Whether the caller has not cancelled it; from then on it cannot. */
  letProceed(): boolean;
  onProgress: ((progress: Progress) => void) | undefined;
}

/** Signs of life that are asked for until their absence counts. */
const BEATS = 4;

/** Calls the methods of the other end of a port, and answers calls from there. */
export class Endpoint<Remote extends Methods<Remote>> {
  readonly #port: Port;
  readonly #handlers: Record<string, Handler>;
  readonly #pending = new Map<number, PendingCall>();
  readonly #serving = new Map<number, ServedCall>();
  #nextId = 1;
  #failure: Error | undefined;
  #beats: ReturnType<typeof setInterval> | undefined;
  /** How many in a row were asked for and not heard. */
  #missed = 0;

  /**
   * @param handlers - {@link Handlers} of what this end offers.
   * @param onGone - Hears that the other end is gone, instead of all calls being rejected.
   */
  constructor(port: Port, handlers: object, onGone?: (error: Error) => void) {
    this.#port = port;
    this.#handlers = handlers as Record<string, Handler>;
    port.listen((message) => this.#receive(message as Message), onGone ?? ((error) => this.fail(error)));
  }

  /**
   * Watches the other end while it owes an answer. Turns of the timer are counted and not time, which passes for both ends where
   * the machine sleeps.
   *
   * @param onSilent - Hears that nothing was heard for `milliseconds`.
   */
  watch(milliseconds: number, onSilent: () => void): void {
    this.#beats = setInterval(() => {
      if (this.#pending.size === 0) this.#missed = 0;
      else if (this.#missed++ < BEATS) this.#port.post({ kind: "ask" } satisfies Message);
      else onSilent();
    }, milliseconds / BEATS);
  }

  /** The oldest call that the other end owes an answer to, cancelled ones too. */
  get oldestCall(): number | undefined {
    return this.#pending.keys().next().value;
  }

  /**
   * Calls a method of the other end. Aborting the signal rejects at once; the other end is told and its answer dropped.
   * After the other end had the {@link CallContext.lastWord last word}, aborting has no effect.
   */
  call<Name extends keyof Remote & string>(
    method: Name,
    argument: Parameters<Remote[Name]>[0],
    { signal, onProgress, transfer }: CallSettings = {},
  ): Promise<Awaited<ReturnType<Remote[Name]>>> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      if (signal?.aborted) return reject(cancelled(signal));
      const id = this.#nextId++;
      const abort = () => {
        pending.onProgress = undefined;
        reject(cancelled(signal));
        this.#port.post({ kind: "cancel", id } satisfies Message);
      };
      const pending: PendingCall = {
        resolve: (value) => {
          signal?.removeEventListener("abort", abort);
          resolve(value as Awaited<ReturnType<Remote[Name]>>);
        },
        reject: (error) => {
          signal?.removeEventListener("abort", abort);
          reject(error);
        },
        letProceed: () => {
          signal?.removeEventListener("abort", abort);
          return !signal?.aborted;
        },
        onProgress,
      };
      // Throws, and so rejects, if the argument cannot be copied: nothing is pending then.
      this.#port.post({ kind: "call", id, method, argument } satisfies Message, transfer);
      if (this.#pending.size === 0) this.#port.keepAlive?.(true);
      this.#pending.set(id, pending);
      signal?.addEventListener("abort", abort);
    });
  }

  /** Rejects all calls, those under way and those to come, and closes the port. */
  fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    clearInterval(this.#beats);
    for (const pending of this.#pending.values()) pending.reject(error);
    for (const { controller } of this.#serving.values()) controller.abort(error);
    this.#pending.clear();
    this.#port.close();
  }

  #receive(message: Message): void {
    this.#missed = 0;
    switch (message.kind) {
      case "ask":
        this.#answer({ kind: "beat" });
        break;
      case "call":
        void this.#serve(message.id, message.method, message.argument);
        break;
      case "cancel":
        this.#serving.get(message.id)?.controller.abort();
        break;
      case "last-word":
        // After cancelling there is nothing to say: the other end was told.
        if (this.#pending.get(message.id)?.letProceed()) this.#answer({ kind: "proceed", id: message.id });
        break;
      case "proceed":
        this.#serving.get(message.id)?.proceed?.();
        break;
      case "progress":
        this.#pending.get(message.id)?.onProgress?.(message.progress);
        break;
      case "result":
        this.#settle(message.id)?.resolve(message.value);
        break;
      case "error":
        this.#settle(message.id)?.reject(unpackError(message.error));
        break;
    }
  }

  #settle(id: number): PendingCall | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#port.keepAlive?.(false);
    return pending;
  }

  async #serve(id: number, method: string, argument: unknown): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    const call: ServedCall = { controller, proceed: undefined };
    this.#serving.set(id, call);
    const context: CallContext = {
      signal,
      progress: (progress) => this.#answer({ kind: "progress", id, progress }),
      lastWord: () => {
        const proceeding = new Promise<void>((resolve) => (call.proceed = resolve));
        this.#answer({ kind: "last-word", id });
        return orCancelled(proceeding, signal);
      },
    };
    try {
      const handler = this.#handlers[method];
      if (!handler) throw new Error(`there is no method "${method}"`);
      const value = await handler(argument as never, context);
      if (value instanceof Transferred) this.#answer({ kind: "result", id, value: value.value }, value.buffers);
      else this.#answer({ kind: "result", id, value });
    } catch (error) {
      this.#answer({ kind: "error", id, error: packError(toLeafcutterError(error)) });
    } finally {
      this.#serving.delete(id);
    }
  }

  #answer(message: Message, transfer?: Transferable[]): void {
    if (!this.#failure) this.#port.post(message, transfer);
  }
}

/** Calls one method of the other end of a port, and ends that. */
export async function callOnce<Remote extends Methods<Remote>, Name extends keyof Remote & string>(
  port: Port,
  method: Name,
  argument: Parameters<Remote[Name]>[0],
  settings: CallSettings,
): Promise<Awaited<ReturnType<Remote[Name]>>> {
  const endpoint = new Endpoint<Remote>(port, {});
  try {
    return await endpoint.call(method, argument, settings);
  } finally {
    endpoint.fail(new LeafcutterError("closed", "the call is over"));
  }
}
