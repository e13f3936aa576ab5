// Fakes of Chrome's built-in `LanguageModel` and `Summarizer`, which no test machine has. They follow the Prompt API and the Writing
// Assistance APIs as the WICG has them: availability, a monitor of downloads, sessions that are cloned and destroyed, abortion.

/** Sessions that were made and not yet given back. */
class FakeSession {
  constructor(factory, options) {
    this.factory = factory;
    this.options = options;
    factory.open++;
  }

  destroy() {
    if (this.destroyed) throw new Error("destroyed twice");
    this.destroyed = true;
    this.factory.open--;
  }

  check(signal) {
    if (this.destroyed) throw new DOMException("The session is destroyed.", "InvalidStateError");
    signal?.throwIfAborted();
  }
}

class FakeLanguageModelSession extends FakeSession {
  async clone({ signal } = {}) {
    this.check(signal);
    return new FakeLanguageModelSession(this.factory, this.options);
  }

  promptStreaming(prompt, { signal } = {}) {
    this.check(signal);
    const pieces = this.factory.reply(prompt);
    this.factory.prompts.push(prompt);
    return new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (signal?.aborted) return controller.error(signal.reason);
        if (pieces.length === 0) return controller.close();
        controller.enqueue(pieces.shift());
      },
    });
  }
}

class FakeSummarizerSession extends FakeSession {
  async summarize(text, { signal } = {}) {
    this.check(signal);
    this.factory.prompts.push(text);
    return this.factory.reply(text).join("");
  }
}

/**
 * @param {(prompt: string) => string[]} reply
 * @param {string} availability
 */
function fakeFactory(Session, reply, availability) {
  return {
    reply,
    prompts: [],
    open: 0,
    asked: [],
    async availability(options) {
      this.asked.push(options);
      return availability;
    },
    async create({ monitor, signal, ...options }) {
      signal?.throwIfAborted();
      if (availability === "unavailable") throw new DOMException("No model.", "NotSupportedError");
      const target = new EventTarget();
      monitor?.(target);
      for (const loaded of availability === "available" ? [] : [0, 0.5, 1]) {
        target.dispatchEvent(Object.assign(new Event("downloadprogress"), { loaded, total: 1 }));
      }
      return new Session(this, options);
    },
  };
}

export const fakeLanguageModel = (reply, availability = "available") =>
  fakeFactory(FakeLanguageModelSession, reply, availability);

export const fakeSummarizer = (reply, availability = "available") =>
  fakeFactory(FakeSummarizerSession, reply, availability);

/**
 * Puts fakes in place of the browser's globals until the test ends.
 *
 * @param {import("node:test").TestContext} t
 * @param {Record<string, unknown>} globals
 */
export function install(t, globals) {
  for (const [name, value] of Object.entries(globals)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]));
  }
}
