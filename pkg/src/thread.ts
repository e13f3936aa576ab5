/** The thread that holds a collection, watched: one that is gone or hangs is found, and another takes its place. */

import type { CallSettings, Endpoint } from "./endpoint.js";
import { LeafcutterError } from "./errors.js";
import type { HostApi } from "./protocol.js";
import { orCancelled } from "./signals.js";

type Method = keyof HostApi;
type Argument<Name extends Method> = Parameters<HostApi[Name]>[0];
type Answer<Name extends Method> = Promise<Awaited<ReturnType<HostApi[Name]>>>;

/** Opens the collection on another thread. */
type Start = () => Promise<Endpoint<HostApi>>;

/** After so long without a call, memory is given back. */
const IDLE_MS = 10_000;
/** A module that holds more than so many times what it uses, and so many bytes more, is worth another. */
const ROOMY_TIMES = 2;
const ROOMY_BYTES = 2 ** 26;

export class Thread {
  #endpoint: Endpoint<HostApi> | undefined;
  #starting: Promise<Endpoint<HostApi>> | undefined;
  /** Opens the last commit again. Without it what the thread held is lost with it. */
  readonly #again: Start | undefined;
  #ended: LeafcutterError | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param again - Where the collection is kept, and not in the page. */
  constructor(endpoint: Endpoint<HostApi>, again: Start | undefined) {
    this.#endpoint = endpoint;
    this.#again = again;
  }

  /** As {@link Endpoint.call}; where the thread was lost, on the next one. */
  call<Name extends Method>(method: Name, argument: Argument<Name>, settings?: CallSettings): Answer<Name> {
    const on = (endpoint: Endpoint<HostApi>) => endpoint.call(method, argument, settings);
    const answer = this.#endpoint ? on(this.#endpoint) : orCancelled(this.#start(), settings?.signal).then(on);
    // Without another, the module itself refuses to be called again.
    if (!this.#again) return answer;
    const asked = this.#endpoint;
    return answer.catch((error: LeafcutterError) => {
      // Of a module that stopped in the middle nothing can be relied on.
      if (asked && error.code === "crashed") this.lost(asked, error.message);
      throw error;
    });
  }

  /** Says that a thread is no more: calls under way are rejected, and the last commit is opened again. */
  lost(endpoint: Endpoint<HostApi>, reason: string): void {
    // Another has its place already.
    if (endpoint !== this.#endpoint || this.#ended) return;
    const advice = this.#again
      ? "call again: the last commit was opened anew"
      : "open the collection again, and add what was not kept";
    const error = new LeafcutterError("worker-lost", `the worker was lost: ${reason}; ${advice}`);
    endpoint.fail(error);
    if (!this.#again) return;
    this.#endpoint = undefined;
    // Where it fails, whoever calls next tries again.
    this.#start().catch(() => {});
  }

  /** After a change: where nothing follows, a module that holds far more memory than it uses is replaced. */
  settle(): void {
    clearTimeout(this.#timer);
    if (!this.#again) return;
    this.#timer = setTimeout(() => void this.#giveBack().catch(() => {}), IDLE_MS);
    (this.#timer as { unref?(): void }).unref?.();
  }

  /** Rejects all calls, those under way and those to come. */
  fail(error: LeafcutterError): void {
    this.#ended = error;
    clearTimeout(this.#timer);
    this.#endpoint?.fail(error);
    this.#starting?.then((endpoint) => endpoint.fail(error)).catch(() => {});
  }

  #start(before?: Promise<unknown>): Promise<Endpoint<HostApi>> {
    if (this.#ended) return Promise.reject(this.#ended);
    return (this.#starting ??= Promise.resolve(before)
      .then(this.#again)
      .then((endpoint) => (this.#endpoint = endpoint))
      .finally(() => (this.#starting = undefined)));
  }

  async #giveBack(): Promise<void> {
    const endpoint = this.#endpoint;
    // Without a network, what another is made of may not be had.
    const isIdle = () =>
      navigator.onLine !== false &&
      endpoint !== undefined &&
      endpoint === this.#endpoint &&
      endpoint.oldestCall === undefined;
    if (!isIdle()) return;
    const { held, used } = (await endpoint!.call("stats", null)).memory;
    if (!isIdle() || held < ROOMY_TIMES * used + ROOMY_BYTES) return;
    this.#endpoint = undefined;
    const closed = endpoint!.call("close", null).catch(() => {});
    await this.#start(closed.then(() => endpoint!.fail(new LeafcutterError("closed", "another took its place"))));
  }
}
