/** What a source gives, kept so that several can read all of it; the source is asked only as far as somebody reads. */
export class Replay<T> {
  readonly #source: () => AsyncIterator<T>;
  readonly #kept: T[] = [];
  #iterator: AsyncIterator<T> | undefined;
  #next: Promise<boolean> | undefined;
  #readers = 0;

  /** @param source - Called once, when the first item is wanted. */
  constructor(source: () => AsyncIterator<T>) {
    this.#source = source;
  }

  /** All items from the first. A reader that stops early ends the source, unless another is reading. */
  async *read(): AsyncGenerator<T, void, void> {
    this.#readers++;
    let ended = false;
    try {
      for (let index = 0; ; index++) {
        if (index === this.#kept.length && !(await this.#advance())) break;
        yield this.#kept[index]!;
      }
      ended = true;
    } finally {
      if (--this.#readers === 0 && !ended) void this.#iterator?.return?.()?.catch(() => {});
    }
  }

  /** Asks for one item more, once for all who wait for it; false at the end. Errors stay, for whoever reads. */
  #advance(): Promise<boolean> {
    this.#next ??= (async () => {
      this.#iterator ??= this.#source();
      const { done, value } = await this.#iterator.next();
      if (done) return false;
      this.#kept.push(value);
      this.#next = undefined;
      return true;
    })();
    return this.#next;
  }
}
