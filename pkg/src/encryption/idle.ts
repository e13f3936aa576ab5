/** Locks a collection that nobody has asked anything for a while. */

import type { CallContext, Handlers } from "../endpoint.js";
import type { HostApi } from "../protocol.js";

/**
 * The handlers, which lock the collection after `lockAfter` milliseconds without a call. A call under way is one.
 *
 * A timer stands still while the machine sleeps, so each call looks at the clock as well.
 */
export function lockWhenIdle(handlers: Handlers<HostApi>): Handlers<HostApi> {
  let lockAfter: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let calls = 0;
  let last = 0;

  const lock = async () => {
    clearTimeout(timer);
    // It uses nothing of a call.
    await handlers.lock(null, undefined as never);
  };
  const wait = () => {
    clearTimeout(timer);
    last = Date.now();
    if (lockAfter === undefined || calls > 0) return;
    // It may be closed already.
    timer = setTimeout(() => void lock().catch(() => {}), lockAfter);
    (timer as { unref?(): void }).unref?.();
  };
  const watched = Object.entries(handlers).map(([name, handler]) => {
    const call = async (argument: never, context: CallContext) => {
      const late = lockAfter !== undefined && calls === 0 && Date.now() - last > lockAfter;
      if (late) await lock();
      calls++;
      clearTimeout(timer);
      try {
        return await handler(argument, context);
      } finally {
        calls--;
        wait();
      }
    };
    return [name, name === "lock" ? handler : call];
  });
  return {
    ...(Object.fromEntries(watched) as Handlers<HostApi>),
    async open(request, context) {
      const after = request.encryption?.lockAfter;
      try {
        return await handlers.open(request, context);
      } finally {
        // Nobody who still has the request has the secret.
        request.encryption = undefined;
        lockAfter = after;
        wait();
      }
    },
    async close(argument, context) {
      lockAfter = undefined;
      clearTimeout(timer);
      return handlers.close(argument, context);
    },
  };
}
