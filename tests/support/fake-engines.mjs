// Fakes of libraries that compute language models, as far as the adapters use them: web-llm, wllama without its module, and
// transformers.js's pipelines for text generation.

const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

const chunk = (content, finish_reason = null) => ({ choices: [{ index: 0, delta: { content }, finish_reason }] });

/** A fake of web-llm's `MLCEngine`: one reply at a time, ended by `interruptGenerate`. */
export function fakeWebLlmEngine(pieces) {
  const engine = {
    requests: [],
    interrupted: 0,
    computed: 0,
    interruptGenerate() {
      engine.interrupted++;
    },
    chat: {
      completions: {
        async create(request) {
          engine.requests.push(request);
          const before = engine.interrupted;
          return (async function* () {
            for (const piece of pieces) {
              await pause();
              if (engine.interrupted > before) break;
              engine.computed++;
              yield chunk(piece);
            }
            yield chunk("", "stop");
          })();
        },
      },
    },
  };
  return engine;
}

/** A fake of a loaded `Wllama`: with a chat template it takes messages, without one it goes on with a prompt. */
export function fakeWllama(pieces, template) {
  const instance = {
    requests: [],
    computed: 0,
    getChatTemplate: () => template,
    createChatCompletion: async (request) => reply(request, (text) => chunk(text)),
    createCompletion: async (request) => reply(request, (text) => ({ choices: [{ index: 0, text }] })),
  };
  async function* reply(request, wrap) {
    instance.requests.push(request);
    for (const piece of pieces) {
      await pause();
      if (request.abortSignal.aborted) throw Object.assign(new Error("aborted"), { name: "AbortError" });
      instance.computed++;
      yield wrap(piece);
    }
  }
  return instance;
}

/** A fake of the module transformers.js and of one of its pipelines. */
export function fakeTransformers(pieces) {
  class InterruptableStoppingCriteria {
    interrupted = false;
    interrupt() {
      this.interrupted = true;
    }
  }
  class TextStreamer {
    constructor(tokenizer, { callback_function }) {
      this.tokenizer = tokenizer;
      this.put = callback_function;
    }
  }
  const pipeline = Object.assign(
    async (messages, options) => {
      pipeline.calls.push({ messages, options });
      for (const piece of pieces) {
        await pause();
        if (options.stopping_criteria.interrupted) break;
        if (piece instanceof Error) throw piece;
        pipeline.computed++;
        options.streamer.put(piece);
      }
      return [];
    },
    { tokenizer: {}, calls: [], computed: 0 },
  );
  return { library: { InterruptableStoppingCriteria, TextStreamer }, pipeline };
}
