import { LeafcutterError } from "../errors.js";
import type { CallOptions, Citation, Claim } from "../types.js";
import { StatementReader, windowsOf, type Statement } from "./claims.js";
import { evidenceOf, featuresOf, supportOf, type Evidence } from "./support.js";

/** Embeds what is compared: any `Leafcutter` will do. */
export interface TextModel {
  embed(texts: string[], options?: CallOptions): Promise<Float32Array[]>;
}

/** From here on a statement counts as supported. */
const SUPPORTED = 0.5;

/** Sentences by which models say that they found no answer, the one that the prompt asks for among them. */
const REFUSAL =
  /\bnot in your documents\b|\b(?:sources?|documents?|texts?|context)\s+(?:do|does|did)\s*(?:not|n['’]t)\s+(?:say|hold|contain|mention|answer|provide|state|specify|include)\b/iu;

/** Holds the sentences of an answer against the sources that they name. */
export class ClaimChecker {
  readonly #citations: Citation[];
  readonly #model: TextModel;
  readonly #options: CallOptions;
  readonly #evidence = new Map<Citation, Promise<Evidence>>();

  constructor(citations: Citation[], model: TextModel, options: CallOptions = {}) {
    this.#citations = citations;
    this.#model = model;
    this.#options = options;
  }

  /** A statement with what is to be thought of it. One that names no source is held against all of them. */
  async check({ text, range, cites }: Statement): Promise<Claim> {
    const claim = { text, range, cites };
    if (REFUSAL.test(text)) return { ...claim, verdict: "refusal", support: 0 };
    const named = this.#citations.filter(({ number }) => cites.length === 0 || cites.includes(number));
    let best: { source: Citation; support: number } | undefined;
    if (named.length > 0) {
      const [embedding] = await this.#model.embed([text], this.#options);
      for (const source of named) {
        const support = supportOf(featuresOf(text, embedding!, await this.#evidenceOf(source)));
        if (!best || support > best.support) best = { source, support };
      }
    }
    if (!best || best.support < SUPPORTED) return { ...claim, verdict: "unsupported", support: best?.support ?? 0 };
    return { ...claim, verdict: "supported", ...best };
  }

  #evidenceOf(source: Citation): Promise<Evidence> {
    let evidence = this.#evidence.get(source);
    if (!evidence) this.#evidence.set(source, (evidence = this.#read(source)));
    return evidence;
  }

  async #read({ document, headingPath, text }: Citation): Promise<Evidence> {
    const windows = windowsOf(text);
    const embeddings = windows.length > 0 ? await this.#model.embed(windows, this.#options) : [];
    return evidenceOf([document.title, ...headingPath], text, windows, embeddings);
  }
}

/**
 * The sentences of an answer, each held against the sources that it names, whoever wrote it.
 *
 * @param text - The answer, with numbers of sources as in `[1]`.
 * @param citations - The sources, as `context` gives them.
 * @param model - Embeds the sentences: any open collection.
 * @throws LeafcutterError `invalid-option`
 */
export async function checkClaims(
  text: string,
  citations: Citation[],
  model: TextModel,
  options: CallOptions = {},
): Promise<Claim[]> {
  if (typeof text !== "string" || !Array.isArray(citations) || typeof model?.embed !== "function") {
    const expected = "a text, the citations of a context, and an open collection";
    throw new LeafcutterError("invalid-option", `checkClaims: expected ${expected}`);
  }
  const reader = new StatementReader();
  const statements = [...reader.push(text), ...reader.finish()];
  const checker = new ClaimChecker(citations, model, options);
  const claims: Claim[] = [];
  for (const statement of statements) claims.push(await checker.check(statement));
  return claims;
}
