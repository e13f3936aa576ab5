/** What becomes of a context in which a document speaks to the model. */

import type { CallOptions, Context, InstructionPolicy } from "../types.js";
import { judge, type DetectingModel } from "./judge.js";

/** What a context comes from, or anything else that counts tokens: any `Leafcutter` will do. */
export interface ContextModel extends DetectingModel {
  countTokens(text: string, options?: CallOptions): Promise<number>;
}

export interface ScreeningOptions extends CallOptions {
  /** What to do with passages that hold instructions. Default `"mark"`. */
  instructions?: Exclude<InstructionPolicy, "ignore">;
  /** As the context was asked for. Default `"numbered"`. */
  format?: "numbered" | "plain";
}

/** The context with its suspicious passages marked, or without them and numbered anew. `context` itself stays as it is. */
export async function screen(context: Context, model: ContextModel, options: ScreeningOptions = {}): Promise<Context> {
  const { instructions = "mark", format = "numbered", signal } = options;
  // Titles and headings stand in the prompt as well.
  const texts = context.citations.map(({ document, headingPath, text }) =>
    [document.title, ...headingPath, text].join("\n"),
  );
  const judgements = await judge(texts, model, { signal });
  const suspicious = judgements.map((judgement) => judgement.suspicious);
  const trace = { ...context.trace, notes: [...context.trace.notes, ...note(suspicious, instructions)] };
  if (instructions === "mark" || !suspicious.includes(true)) {
    const citations = context.citations.map((citation, index) => {
      if (!suspicious[index]) return citation;
      const { score, why, text } = judgements[index]!;
      return { ...citation, suspicious: { score, why, text } };
    });
    return { ...context, citations, trace };
  }
  const kept = context.citations.filter((_, index) => !suspicious[index]);
  const citations = kept.map((citation, index) => ({ ...citation, number: index + 1 }));
  const text =
    format === "plain"
      ? citations.map((citation) => citation.text).join("\n")
      : renumbered(blocksOf(context.text).filter((_, index) => !suspicious[index]));
  return { text, citations, tokens: await model.countTokens(text, { signal }), trace };
}

function note(suspicious: boolean[], instructions: "mark" | "drop"): string[] {
  const count = suspicious.filter(Boolean).length;
  if (count === 0) return [];
  const passages = count === 1 ? "1 passage seems" : `${count} passages seem`;
  return [
    `${passages} to hold instructions to a model and ${count === 1 ? "was" : "were"} ${instructions === "drop" ? "left out" : "marked"}`,
  ];
}

/** The passages with their delimiters. None can forge one, so that each begins where one stands. */
const blocksOf = (text: string) => text.split(/\n(?=<source id=")/);

const renumbered = (blocks: string[]) =>
  blocks.map((block, index) => block.replace(/^<source id="\d+"/, `<source id="${index + 1}"`)).join("\n");
