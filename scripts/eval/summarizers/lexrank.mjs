// The sentences that are most like the others, as a walk between similar sentences finds them. (Erkan and Radev, 2004: LexRank.)
//   leafcutter eval DATASET --summarizer scripts/eval/summarizers/lexrank.mjs
import { fill, readSentences, similarities, write } from "./sentences.mjs";

/** Sentences that are less alike are not connected. */
const THRESHOLD = 0.1;
/** How often the walk goes on along a similarity, and does not begin anew. */
const DAMPING = 0.85;
const ROUNDS = 50;

export default async function lexrank(requests, { countTokens }) {
  const summaries = requests.map(async (request) => {
    const sentences = await readSentences(request, countTokens);
    const ranks = walk(similarities(sentences));
    const ranked = [...sentences].sort((a, b) => ranks[b.order] - ranks[a.order] || a.order - b.order);
    return write(fill(ranked, request.budget), ranked);
  });
  return Promise.all(summaries);
}

/** How often a walk is at each sentence. */
function walk(similar) {
  const edges = similar.map((row) => row.map((value) => (value >= THRESHOLD ? value : 0)));
  const totals = edges.map((row) => row.reduce((sum, value) => sum + value, 0));
  let ranks = edges.map(() => 1 / edges.length);
  for (let round = 0; round < ROUNDS; round++) {
    const next = edges.map(() => (1 - DAMPING) / edges.length);
    edges.forEach((row, from) => {
      row.forEach((value, to) => (next[to] += (DAMPING * ranks[from] * value) / totals[from]));
    });
    ranks = next;
  }
  return ranks;
}
