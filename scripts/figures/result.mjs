// How a script tells `make verify` what it measured: the contract stands in docs/verify.md.

/** What a line of output begins with that is a figure; tests print such lines. */
export const FIGURE = "figure: ";

/** The last line of a row's command. */
export function printResult(figure, pass) {
  console.log(JSON.stringify({ figure, pass }));
}
