import { LeafcutterError } from "../errors.js";

/** What storage threw, with a code that says what to do. */
export function storageError(error: unknown): LeafcutterError {
  if (error instanceof LeafcutterError) return error;
  const { name, code, message } = (error ?? {}) as { name?: unknown; code?: unknown; message?: unknown };
  if (name === "QuotaExceededError" || code === "ENOSPC" || code === "EDQUOT") {
    const advice = "remove documents or other collections, or free space on the device, and try again";
    return new LeafcutterError("storage-full", `there is no room left to keep the collection; ${advice}`, {
      cause: error,
    });
  }
  const advice = "what was committed before is as it was";
  return new LeafcutterError("storage-failed", `the collection's storage failed (${message ?? error}); ${advice}`, {
    cause: error,
  });
}

/** Gives whatever a task throws a code. */
export async function withStorageErrors<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw storageError(error);
  }
}
