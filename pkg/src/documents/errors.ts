// By one path, which leads beside the built entry: the class of errors is the package's one.
export { hasWebWorkers, LeafcutterError, startWorker, throwIfCancelled, trustedScript } from "../shared.js";
