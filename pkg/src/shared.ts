/** What entries that are bundled by themselves share with the main one: one class of errors, one Trusted Types policy. */

export { LeafcutterError, throwIfCancelled } from "./errors.js";
export { hasWebWorkers, startWorker, trustedScript } from "./ports.js";
