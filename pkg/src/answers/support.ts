/** How well a source supports a statement, calibrated on pairs of both. */

import { coverage, read, type Reading } from "./words.js";

/** A part of a source that a statement is compared with: one sentence of it, or two. */
export interface Window {
  reading: Reading;
  /** Of length 1. */
  embedding: Float32Array;
}

/** A source as statements are held against it. */
export interface Evidence {
  windows: Window[];
  /** The source as a whole, with its title and headings. */
  whole: Reading;
  /** Words of the title and the headings, which a statement may take from there. */
  place: string[];
}

/** What is known of a statement and a source, each from 0 to 1. */
export interface Features {
  /** Cosine of the statement and the nearest window; 0 if it is below. */
  cosine: number;
  /** Share of the statement's words and numbers that the window which has most of them has. */
  words: number;
  /** 1 if a number of the statement does not stand in the source. */
  otherNumber: number;
  /** 1 if a name of the statement does not stand in the source. */
  otherName: number;
  /** 1 if one of the statement and the nearest window denies something and the other does not. */
  denial: number;
}

/**
 * Logistic regression on half of the groups of `tests/fixtures/claims.json`, by `scripts/calibrate/claims.mjs`; a test shows what
 * it does on the other half.
 */
const WEIGHTS = { constant: -4.76, cosine: 5.48, words: 1.89, otherNumber: -2.84, otherName: -2.55, denial: -0.57 };

export function featuresOf(statement: string, embedding: Float32Array, { windows, whole, place }: Evidence): Features {
  const asked = read(statement);
  let nearest: Window | undefined;
  let cosine = 0;
  let words = 0;
  for (const window of windows) {
    const similarity = dot(embedding, window.embedding);
    if (!nearest || similarity > cosine) nearest = window;
    cosine = Math.max(cosine, similarity);
    const { reading } = window;
    const said = [...reading.words, ...reading.numbers, ...place];
    words = Math.max(words, coverage([...asked.words, ...asked.numbers], said));
  }
  return {
    cosine,
    words,
    otherNumber: Number(asked.numbers.some((number) => !whole.numbers.includes(number))),
    otherName: Number(coverage(asked.names, whole.words) < 1),
    denial: Number(nearest !== undefined && asked.denies !== nearest.reading.denies),
  };
}

/** How likely it is that a source supports a statement, from 0 to 1. */
export function supportOf(features: Features): number {
  const { constant, ...weights } = WEIGHTS;
  const names = Object.keys(weights) as (keyof Features)[];
  const sum = names.reduce((sum, name) => sum + weights[name] * features[name], constant);
  return 1 / (1 + Math.exp(-sum));
}

/** @param embeddings - Of the windows, in their order. */
export function evidenceOf(place: string[], text: string, windows: string[], embeddings: Float32Array[]): Evidence {
  const around = read(place.join(". "));
  const source = read(text);
  return {
    windows: windows.map((window, index) => ({ reading: read(window), embedding: embeddings[index]! })),
    whole: {
      ...source,
      words: [...source.words, ...around.words],
      numbers: [...source.numbers, ...around.numbers],
    },
    place: [...around.words, ...around.numbers],
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}
