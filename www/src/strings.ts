/** Everything that the demo says after it has loaded; what it says before stands in pages/demo.html. */

import type { ErrorCode, Mode, Stage } from "leafcutter";
import type { Agreement } from "leafcutter/documents";

const whole = new Intl.NumberFormat("en");
export const number = (value: number): string => whole.format(value);
export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

/** A duration as one says it: "a few seconds", "about 4 minutes". */
export function duration(seconds: number): string {
  if (seconds < 8) {
    return "a few seconds";
  }
  if (seconds < 55) {
    return `about ${Math.ceil(seconds / 10) * 10} seconds`;
  }
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 90 ? `about ${count(minutes, "minute")}` : `about ${count(Math.round(minutes / 60), "hour")}`;
}

const STAGES: Record<Stage, string> = {
  load: "Loading the language model",
  parse: "Cutting documents into passages",
  embed: "Working out what each passage means",
  cluster: "Grouping passages that belong together",
  summarize: "Summarizing the groups",
  index: "Indexing",
  learn: "Learning from what was chosen",
};

const megabytes = (bytes: number): string => number(Math.round(bytes / 1e6));

export const text = {
  working: (name: string) => `Reading ${name}`,
  stageLine: (stage: Stage, done: number, total: number) => {
    if (total === 0) {
      return STAGES[stage];
    }
    return stage === "load"
      ? `${STAGES[stage]}: ${megabytes(done)} of ${megabytes(total)} MB`
      : `${STAGES[stage]}: ${number(done)} of ${number(total)}`;
  },
  left: (seconds: number) => `${duration(seconds)} left`,
  cancelling: "Cancelling…",
  cancelled: "Cancelled. Nothing was kept.",
  ready: (name: string) => `${name} is ready. Ask a question.`,
  joined: (before: string, added: string) => `${before} and ${added}`,
  saved: (file: string) => `Saved ${file}.`,

  leftOut: (files: number) => `${count(files, "file")} ${files === 1 ? "was" : "were"} left out`,
  nothingReadable: "There is nothing to read. Choose files such as PDF, Word, EPUB, HTML, Markdown, text or CSV.",

  pasted: "Pasted text",

  dropUnreadable:
    "What you dropped could not be read: a file or folder was moved, or may not be opened. Choose it with the button instead.",

  confirm: {
    startOver: "Start over?",
    replace: "Put this index in its place?",
    loss: (name: string) => `${name} has not been saved and would be forgotten. Saving its index takes a moment.`,
    keep: "Keep it",
    forget: "Forget it",
  },

  facts: (documents: number, leaves: number, summaries: number) =>
    `${count(documents, "document")}, cut into ${count(leaves, "passage")}, with ${count(summaries, "summary", "summaries")} above them`,
  placeholder: "Ask a question, or type a few words",
  suggestions: "Try",

  found: (hits: number, milliseconds: number) =>
    hits === 0 ? "Nothing found" : `${count(hits, "passage")} in ${number(Math.max(1, Math.round(milliseconds)))} ms`,
  nothing: (filtered: boolean) =>
    filtered
      ? "Nothing matches within what you narrowed down to. Widen the choice at the side, or ask in other words."
      : "Nothing matches. Ask in other words, or with a word that the documents would use.",
  empty: "Answers appear here: first in brief, then the passages that they come from.",
  inBrief: "In brief",
  cite: (index: number, title: string) => `Source ${index}: ${title}`,
  sources: "Sources",
  computed: {
    title: "Computed from a table",
    ran: "What was run",
    rows: (rows: number) => `over ${count(rows, "row")}`,
    agreements: {
      agrees: "The text above says the same.",
      differs: "The text above says something else.",
      "no-number": "The text above names no number to compare.",
    } satisfies Record<Agreement, string>,
    open: "Open the table",
  },
  page: (page: string) => `page ${page}`,

  leaf: "leaf",
  summary: (passages: number) => `summary of ${count(passages, "passage")}`,
  level: (level: number) => (level === 0 ? "Leaves" : `Level ${level}`),
  openSource: "Open source",
  openSourceOf: (title: string) => `Open the source in ${title}`,
  walk: "Walk the tree",
  breadcrumb: "Where it stands",
  /** The title of a hit's document, for a summary with how many more it was taken from. */
  hitTitle: (title: string, documents: number) =>
    documents > 1 ? `${title} and ${count(documents - 1, "other")}` : title,
  why: {
    title: "Why this one?",
    score: "score",
    meaning: "by meaning (cosine)",
    words: "by words (BM25)",
    unranked: "not among its best",
    weight: "weight of meaning",
    path: "reached over",
    mode: "searched",
  },

  close: "Close",
  backToPassage: "Back to the passage",

  tree: {
    empty: "There is no tree: these documents are too short to summarize.",
    levels: "Levels of the tree",
    trail: "Your way here",
    parents: (parents: number) => (parents === 0 ? "At the top of the tree" : count(parents, "parent")),
    children: (children: number) => (children === 0 ? "A leaf of the tree" : count(children, "child", "children")),
    up: "Above",
    down: "Below",
    here: "Here",
    more: (left: number) => `Show ${number(left)} more`,
    tokens: (tokens: number) => count(tokens, "token"),
    documents: (documents: number) => `from ${count(documents, "document")}`,
  },

  filters: {
    from: "from",
    to: "to",
    clear: "Clear the choice",
  },
  settings: {
    mode: "Where to look",
    modes: {
      auto: "Let Leafcutter decide",
      leaves: "Passages only",
      collapsed: "All levels at once",
      traverse: "From the top of the tree down",
    } satisfies Record<Mode, string>,
    hybrid: "Words or meaning",
    hybridAuto: "Let Leafcutter weigh them",
    words: "words",
    meaning: "meaning",
    expand: "Show of each passage",
    expands: {
      none: "The passage itself",
      window: "Its neighbors too",
      parent: "Its whole section",
    },
    k: "How many passages",
  },

  errorTitle: "That did not work",
  /** What to do about an error, by its code; the messages themselves say what went wrong. */
  remedies: {
    "model-fetch": "Check the connection and try again; this site must serve the model's files.",
    "wasm-fetch": "Check the connection and try again.",
    "model-file": "The model's files are damaged. Reload the page; if that does not help, fetch the model anew.",
    "unsupported-browser": "Use a current Chrome, Edge, Firefox or Safari.",
    "unsupported-format": "Choose PDF, Word, EPUB, HTML, Markdown, text, CSV or zip files.",
    "file-damaged": "Get another copy of the file, or leave it out.",
    "file-password": "Save a copy without a password, and choose that.",
    "file-without-text": "Run the file through OCR, which recognizes text in pictures, and choose the result.",
    "file-too-large": "Unpack it, and choose the files that you need.",
    "parser-fetch": "Check the connection and try again.",
    "document-too-large": "Split the document, or leave it out.",
    "worker-failed": "Reload the page and try again.",
    crashed: "Reload the page and try again, with fewer documents if it happens again.",
    "index-format": "Choose a file that this page saved.",
    "index-version": "Add the documents again: the index was saved by another version of Leafcutter.",
    "index-damaged": "Choose another copy of the file, or add the documents again.",
    "index-identity": "Add the documents again: the index was made with another model.",
  } as Partial<Record<ErrorCode, string>>,
  remedy: "Try again; if it happens again with the same files, please report it with this message.",
  foreignModel:
    "The model must lie on this site: ?model= takes a path such as /models/all-MiniLM-L6-v2.int8.safetensors.",
  sampleMissing: "This sample was not built into the site. Run “make demo”, or use your own files.",
};
