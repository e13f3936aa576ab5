/** The command `leafcutter`: finds the command that is meant, and turns its end into an exit code. */

import { build } from "./build.js";
import { Arguments, helpOf, type Command, type Tools } from "./command.js";
import { Failure, UsageError } from "./errors.js";
import { evaluate } from "./eval.js";
import { exportIndex } from "./export.js";
import { LeafcutterError } from "./library.js";
import { learn } from "./learn.js";
import { mcp } from "./mcp.js";
import { model } from "./model.js";
import { packageVersion } from "./paths.js";
import { ProgressLine } from "./progress.js";
import { search } from "./search.js";
import { serve } from "./serve.js";
import { tree } from "./tree.js";
import { tune } from "./tune.js";

const COMMANDS: Record<string, Command> = {
  build,
  search,
  tree,
  export: exportIndex,
  eval: evaluate,
  learn,
  tune,
  model,
  serve,
  mcp,
};

/** Exit codes. The last is what shells give a program that Ctrl-C ended. */
const SUCCESS = 0;
const FAILURE = 1;
const USAGE = 2;
const CANCELLED = 130;

/** Runs a command line, and answers with the exit code. */
export async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv;
  const progress = new ProgressLine();
  const controller = new AbortController();
  // Once: a second Ctrl-C ends the process at once.
  process.once("SIGINT", () => controller.abort());
  // A reader such as `head` that has seen enough.
  process.stdout.on("error", (error) => {
    if ((error as NodeJS.ErrnoException).code === "EPIPE") process.exit(SUCCESS);
    throw error;
  });
  const tools: Tools = {
    signal: controller.signal,
    progress,
    print(line) {
      progress.clear();
      process.stdout.write(`${line}\n`);
    },
  };
  try {
    await dispatch(name, rest, tools);
    return SUCCESS;
  } catch (error) {
    progress.clear();
    if (controller.signal.aborted) {
      console.error("leafcutter: cancelled");
      return CANCELLED;
    }
    return report(error, name);
  } finally {
    progress.clear();
  }
}

async function dispatch(name: string | undefined, argv: string[], tools: Tools): Promise<void> {
  if (name === undefined) throw new UsageError("name a command");
  if (name === "--version" || name === "-v") return tools.print(await packageVersion());
  if (name === "--help" || name === "-h" || (name === "help" && argv.length === 0)) return tools.print(overview());
  const wanted = name === "help" ? argv[0]! : name;
  const command = Object.hasOwn(COMMANDS, wanted) ? COMMANDS[wanted] : undefined;
  if (!command) throw new UsageError(`there is no command "${wanted}"`);
  // Before the arguments are checked, so that help can be asked for in the middle of writing them.
  const end = argv.indexOf("--");
  const options = end === -1 ? argv : argv.slice(0, end);
  if (name === "help" || options.includes("--help") || options.includes("-h")) {
    return tools.print(helpOf(wanted, command));
  }
  await command.run(Arguments.parse(command, argv), tools);
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  return [
    "Usage: leafcutter COMMAND ...",
    "",
    "Private search and cited answers over documents, on this machine alone.",
    "",
    ...Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    '"leafcutter COMMAND --help" explains a command. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled.',
  ].join("\n");
}

function report(error: unknown, command: string | undefined): number {
  if (error instanceof UsageError) {
    const help = command !== undefined && Object.hasOwn(COMMANDS, command) ? `${command} --help` : "--help";
    console.error(`leafcutter: ${error.message}; see "leafcutter ${help}"`);
    return USAGE;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  const expected = error instanceof Failure || error instanceof LeafcutterError || typeof code === "string";
  // An error that nobody foresaw is shown with the place where it arose.
  console.error(`leafcutter: ${expected ? message : ((error as Error)?.stack ?? error)}`);
  return FAILURE;
}
