// The sentences that together are closest to all the others: each is covered by the nearest one taken, so that every topic of
// a cluster has its own. Taken greedily by what a sentence adds for its tokens. (Lin and Bilmes, 2010.)
//   leafcutter eval DATASET --summarizer scripts/eval/summarizers/coverage.mjs
import { readSentences, similarities, write } from "./sentences.mjs";

export default async function coverage(requests, { countTokens }) {
  const summaries = requests.map(async (request) => {
    const sentences = await readSentences(request, countTokens);
    const similar = similarities(sentences);
    const covered = new Float64Array(sentences.length);
    const gain = ({ order, tokens }) => {
      const added = similar[order].reduce((sum, value, other) => sum + Math.max(0, value - covered[other]), 0);
      return added / tokens;
    };
    const taken = [];
    let left = request.budget;
    for (;;) {
      const fitting = sentences.filter((sentence) => sentence.tokens <= left && !taken.includes(sentence));
      const gains = fitting.map(gain);
      const most = Math.max(...gains);
      if (most <= 0) break;
      const best = fitting[gains.indexOf(most)];
      taken.push(best);
      left -= best.tokens;
      similar[best.order].forEach((value, other) => (covered[other] = Math.max(covered[other], value)));
    }
    return write(taken, sentences);
  });
  return Promise.all(summaries);
}
