/** What the page's parts share, and who is told when it changes. */

import type { Filter } from "leafcutter";
import type { Collection } from "./collection.ts";

/** What is on screen: choosing documents, reading them, or asking. */
export type Phase = "gather" | "working" | "ready";

export type View = "answers" | "tree";

/** How to search; null leaves the choice to Leafcutter. */
export interface Settings {
  mode: "auto" | "leaves" | "collapsed" | "traverse";
  /** Weight of meaning against words, 0 to 1. */
  alpha: number | null;
  expand: "none" | "window" | "parent";
  k: number;
}

export interface State {
  phase: Phase;
  collection: Collection | null;
  view: View;
  question: string;
  filter: Filter | null;
  settings: Settings;
}

type Listener = (state: State, before: State) => void;

export class Store {
  #state: State = {
    phase: "gather",
    collection: null,
    view: "answers",
    question: "",
    filter: null,
    settings: { mode: "auto", alpha: null, expand: "none", k: 8 },
  };
  #listeners: Listener[] = [];
  #failed: (error: unknown) => void;

  /** @param failed - Hears of a listener that throws, which keeps no other from being told. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  get state(): State {
    return this.#state;
  }

  set(change: Partial<State>): void {
    const before = this.#state;
    this.#state = { ...before, ...change };
    for (const listener of this.#listeners) {
      try {
        listener(this.#state, before);
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  /** Calls `listener` after a change of any of `keys`. */
  on(keys: (keyof State)[], listener: Listener): void {
    this.#listeners.push((state, before) => {
      if (keys.some((key) => state[key] !== before[key])) {
        listener(state, before);
      }
    });
  }
}
