/** Answers that language models write, held against their sources. */

export { checkClaims, ClaimChecker, type TextModel } from "./check.js";
export { GeneratedAnswer } from "./generated.js";
export { StatementReader, type Statement } from "./claims.js";
export type { Citation, Claim, ClaimVerdict } from "../types.js";
