// By position: the first sentence of each passage, then the second of each, as far as the budget goes.
//   leafcutter eval DATASET --summarizer scripts/eval/summarizers/lead.mjs
import { fill, readSentences, write } from "./sentences.mjs";

export default async function lead(requests, { countTokens }) {
  const summaries = requests.map(async (request) => {
    const sentences = await readSentences(request, countTokens);
    const ranked = [...sentences].sort((a, b) => a.position - b.position || a.order - b.order);
    return write(fill(ranked, request.budget), ranked);
  });
  return Promise.all(summaries);
}
