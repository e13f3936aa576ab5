// A fake language model: it replies what it is told to, whatever it is asked.

/**
 * A generator that gives these pieces to every prompt.
 *
 * @param {string[] | ((prompt: string) => string[])} pieces
 * @returns {import("leafcutter").Generator & { prompts: string[] }} `prompts` grows by each prompt
 */
export function fakeGenerator(pieces) {
  const prompts = [];
  async function* generate(prompt, { signal }) {
    prompts.push(prompt);
    for (const piece of typeof pieces === "function" ? pieces(prompt) : pieces) {
      await null;
      if (signal.aborted) return;
      yield piece;
    }
  }
  return Object.assign(generate, { prompts });
}
