/** The collections that come with the page. */

import type { Source } from "leafcutter";
import { text } from "./strings.ts";

/** Part of a sample, to be had sooner. */
export interface Choice {
  label: string;
  /** What the collection is called once it is read. */
  name: string;
  pick(documents: Source[]): Source[];
}

export interface Sample {
  /** Its address from the page. */
  file: string;
  title: string;
  description: string;
  choices: Choice[];
  questions: string[];
}

const everything = (documents: Source[]): Source[] => documents;
const numberOf = (document: Source, key: string): number => Number(document.metadata?.[key] ?? Number.NaN);

export const SAMPLES: Sample[] = [
  {
    file: "samples/moby-dick.json",
    title: "Moby-Dick",
    description: "Herman Melville’s novel, a document for each chapter.",
    choices: [
      {
        label: "First ten chapters",
        name: "Moby-Dick, chapters 1 to 10",
        pick: (documents) => documents.filter((each) => numberOf(each, "chapter") <= 10),
      },
      { label: "Whole book (takes minutes)", name: "Moby-Dick", pick: everything },
    ],
    questions: [
      "Why does Ishmael go to sea?",
      "Who shares a bed with Ishmael at the inn?",
      "What does the painting at the inn show?",
    ],
  },
  {
    file: "samples/state-of-the-union.json",
    title: "State of the Union",
    description: "Addresses by presidents of the United States, with year, president and party to narrow down by.",
    choices: [
      {
        label: "Latest six addresses",
        name: "State of the Union, the latest six",
        pick: (documents) => [...documents].sort((a, b) => numberOf(b, "year") - numberOf(a, "year")).slice(0, 6),
      },
      { label: "All (takes very long)", name: "State of the Union", pick: everything },
    ],
    questions: [
      "What should be done about the climate?",
      "How can schools be improved?",
      "What was said about jobs and wages?",
    ],
  },
  {
    file: "docs/documents.json",
    title: "Leafcutter’s own docs",
    description: "How it works and how to use it, a document for each page.",
    choices: [{ label: "All pages", name: "Leafcutter’s docs", pick: everything }],
    questions: [
      "How do I search from JavaScript?",
      "What is kept in an index file?",
      "How are passages grouped and summarized?",
    ],
  },
];

/** Fetches a sample's documents from this site. */
export async function fetchSample(sample: Sample, choice: Choice, signal?: AbortSignal): Promise<Source[]> {
  const response = await fetch(new URL(sample.file, document.baseURI), signal ? { signal } : {});
  if (!response.ok) {
    throw new Error(text.sampleMissing);
  }
  return choice.pick((await response.json()) as Source[]);
}
