/** What Chrome's built-in models have in common. They live in the page, not in workers, and few machines have them. */

import { cancelled, LeafcutterError, throwIfCancelled } from "../errors.js";
import { aFunction } from "../checks.js";
import { CALL } from "../validate.js";

/** Whether a built-in model is there, as the browser says it: it may have to be downloaded first. */
export type Availability = "unavailable" | "downloadable" | "downloading" | "available";

/** What making a built-in model ready takes. */
export interface BuiltInOptions {
  /** Languages of questions and documents, such as `["en"]`. Default: not told. */
  languages?: string[];
  /** Hears which share of the model is downloaded, 0 to 1, while it is. */
  onDownload?: (share: number) => void;
  signal?: AbortSignal;
}

/** Checks of {@link BuiltInOptions}'s values. */
export const BUILT_IN = { ...CALL, languages: () => {}, onDownload: aFunction };

interface CreateOptions {
  monitor(target: EventTarget): void;
  signal?: AbortSignal;
}

/** One of the browser's global objects of this kind. */
export interface BuiltIn<Session, Options extends object> {
  availability(options: Options): Promise<Availability>;
  create(options: Options & CreateOptions): Promise<Session>;
}

/** The global object of this name; undefined where the browser has none. */
export function builtIn<Session, Options extends object>(name: string): BuiltIn<Session, Options> | undefined {
  return (globalThis as Record<string, unknown>)[name] as BuiltIn<Session, Options> | undefined;
}

/**
 * A session with a built-in model, downloaded first if it must be. The browser downloads only during a click or a key press.
 *
 * @throws LeafcutterError `generator-unavailable`, `user-activation`, `generator`.
 */
export async function createSession<Session, Options extends object>(
  name: string,
  options: Options,
  { onDownload, signal }: BuiltInOptions,
): Promise<Session> {
  throwIfCancelled(signal);
  const model = builtIn<Session, Options>(name);
  const availability = (await model?.availability(options)) ?? "unavailable";
  if (!model || availability === "unavailable") {
    const reason = model ? "cannot run it, on this machine or for these languages" : "has none";
    throw new LeafcutterError("generator-unavailable", `${name}: this browser ${reason}; use another generator`);
  }
  const activation = (globalThis.navigator as Navigator | undefined)?.userActivation;
  if (availability === "downloadable" && activation?.isActive === false) {
    const advice = "the browser downloads its model only during a click or a key press; call again from one";
    throw new LeafcutterError("user-activation", `${name}: ${advice}`);
  }
  try {
    return await model.create({
      ...options,
      ...(signal && { signal }),
      monitor: (target) =>
        target.addEventListener("downloadprogress", (event) => onDownload?.((event as ProgressEvent).loaded)),
    });
  } catch (error) {
    if (signal?.aborted) throw cancelled(signal);
    const { name: kind, message } = error as DOMException;
    const code = kind === "NotAllowedError" ? "user-activation" : "generator";
    throw new LeafcutterError(code, `${name} could not be made ready: ${message}`, { cause: error });
  }
}
