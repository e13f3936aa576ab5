/** What a command is, and how its arguments are read and explained. */

import { parseArgs } from "node:util";

import { UsageError } from "./errors.js";
import type { ProgressLine } from "./progress.js";

export interface Option {
  type: "boolean" | "string";
  short?: string;
  /** What stands for its value in the help, such as `N`. */
  value?: string;
  /** May be given several times. */
  multiple?: boolean;
  help: string;
}

/** What a command works with beside its arguments. */
export interface Tools {
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  progress: ProgressLine;
  /** Writes a line to standard output. */
  print(line: string): void;
}

export interface Command {
  /** One line for the list of commands. */
  summary: string;
  /** What follows the command's name, such as `INDEX "question"`. */
  operands: string;
  /** How many operands it takes: at least, at most. */
  count: [least: number, most: number];
  /** Further lines of help. */
  details?: string;
  options: Record<string, Option>;
  run(args: Arguments, tools: Tools): Promise<void>;
}

/** Options that several commands share. */
export const COMMON = {
  json: { type: "boolean", help: "print one JSON object" },
  model: {
    type: "string",
    value: "MODEL",
    help: "a sentence-transformers folder, a quantized file, or the name of a model in the cache",
  },
  precision: {
    type: "string",
    value: "PRECISION",
    help: "int8 (default), or f32: as the model was published, and slower",
  },
  workers: { type: "string", value: "N", help: "threads that embed (default: one a core, at most 4)" },
} satisfies Record<string, Option>;

type OptionValues = Record<string, string | boolean | (string | boolean)[] | undefined>;

/** A command's arguments, checked as they are asked for. */
export class Arguments {
  readonly operands: string[];
  readonly #values: OptionValues;

  private constructor(operands: string[], values: OptionValues) {
    this.operands = operands;
    this.#values = values;
  }

  /** @throws UsageError */
  static parse(command: Pick<Command, "options" | "count" | "operands">, argv: string[]): Arguments {
    const options: Record<string, { type: "boolean" | "string"; short?: string; multiple?: boolean }> = {};
    for (const [name, { type, short, multiple }] of Object.entries(command.options)) {
      options[name] = { type, ...(short && { short }), ...(multiple && { multiple }) };
    }
    const parse = () => {
      try {
        return parseArgs({ args: argv, options, allowPositionals: true, strict: true });
      } catch (error) {
        // The first sentence says what is wrong; what follows is about `--`, and seldom what was meant.
        throw new UsageError((error as Error).message.split(". ")[0]);
      }
    };
    const { positionals, values } = parse();
    const [least, most] = command.count;
    if (positionals.length < least) throw new UsageError(`expected ${command.operands}`);
    if (positionals.length > most) throw new UsageError(`unexpected argument "${positionals[most]}"`);
    return new Arguments(positionals, values);
  }

  /** The same arguments, with other values of some options. */
  with(values: Record<string, string>): Arguments {
    return new Arguments(this.operands, { ...this.#values, ...values });
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    if (value === "") throw new UsageError(`--${name} needs a value`);
    return typeof value === "string" ? value : undefined;
  }

  list(name: string): string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  /** A whole number of at least `least`. */
  count(name: string, least = 1): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new UsageError(`--${name} must be a whole number of at least ${least}, not "${text}"`);
    }
    return value;
  }

  /** A number from 0 to 1. */
  fraction(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!(value >= 0 && value <= 1)) throw new UsageError(`--${name} must be a number from 0 to 1, not "${text}"`);
    return value;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw new UsageError(`--${name} must be one of ${choices.join(", ")}, not "${text}"`);
    return found;
  }
}

/** The help of a command. */
export function helpOf(name: string, { summary, operands, details, options }: Command): string {
  const rows = Object.entries(options).map(([option, { short, value, help }]) => {
    const left = `${short ? `-${short}, ` : ""}--${option}${value ? ` ${value}` : ""}`;
    return [left, help] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = [`Usage: leafcutter ${name} ${operands} [options]`, "", summary, ""];
  if (details) lines.push(details, "");
  lines.push("Options:", ...rows.map(([left, help]) => `  ${left.padEnd(width)}  ${help}`));
  return lines.join("\n");
}
