// A page in which one side of a comparison is ready to run.

/**
 * Opens a page and prepares a script of benches/page in it: the script's `prepare(options)` gives an object of `facts`,
 * `run` and whatever else it can be asked.
 *
 * @param {import("playwright-core").BrowserContext} context
 * @param {string} url of the checkout
 * @param {string} script
 * @param {object} options
 */
export async function enter(context, url, script, options) {
  const page = await context.newPage();
  await page.goto(`${url}benches/page/blank.html`);
  const prepared = await page.evaluateHandle(
    async ([script, options]) => {
      const start = performance.now();
      const { prepare } = await import(script);
      return { start, contestant: await prepare(options) };
    },
    [`/benches/page/${script}`, options],
  );
  const ask = (name, ...parameters) =>
    page.evaluate(
      ([{ contestant }, name, parameters]) => contestant[name](...parameters),
      /** @type {const} */ ([prepared, name, parameters]),
    );
  return {
    facts: await page.evaluate(({ contestant }) => contestant.facts, prepared),
    ask,
    /** Runs it several times, and tells the milliseconds that each took. */
    turn: (repeats = 1, ...parameters) =>
      page.evaluate(async ([{ contestant }, repeats, parameters]) => {
        const start = performance.now();
        for (let run = 0; run < repeats; run++) await contestant.run(...parameters);
        return (performance.now() - start) / repeats;
      }, /** @type {const} */ ([prepared, repeats, parameters])),
    /** Runs it, and tells the milliseconds since its script was asked for. */
    firstTurn: () =>
      page.evaluate(async ({ start, contestant }) => {
        await contestant.run();
        return performance.now() - start;
      }, prepared),
    close: () => page.close(),
  };
}
