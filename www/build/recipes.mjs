// The recipes: the examples of the repository as they are, which the tests run.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { article } from "./article.mjs";
import { renderMarkdown, titleOf } from "./markdown.mjs";

const PATH = "recipes.html";
/** What is shown of an example, by the name of its language. */
const LANGUAGES = {
  ".html": "html",
  ".css": "css",
  ".js": "javascript",
  ".mjs": "javascript",
  ".ts": "typescript",
  ".mts": "typescript",
  ".tsx": "typescript",
  ".jsx": "javascript",
  ".vue": "html",
  ".astro": "html",
  ".sh": "bash",
  ".rs": "rust",
  ".json": "json",
};
/** What every project has and no recipe is about. */
const LEFT_OUT = /^(node_modules|dist|cache|public|package-lock\.json|tsconfig.*)$/;
const INTRODUCTION = `# Recipes

Whole programs and pages to begin with, shown as they lie in the folder \`examples\` of the repository.
`;

/**
 * Writes the page of recipes: each folder of `from`, after what its README.md says, and each program by itself, after its first
 * comment.
 *
 * @param {{ from: string, to: string, layout: (page: import("./layout.mjs").Page) => string }} options
 */
export function renderRecipes({ from, to, layout }) {
  const recipes = existsSync(from)
    ? readdirSync(from, { withFileTypes: true })
        .filter(({ name }) => !LEFT_OUT.test(name) && !name.startsWith("."))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((entry) =>
          entry.isDirectory() ? recipeOfFolder(join(from, entry.name), entry.name) : recipeOfFile(from, entry.name),
        )
        .filter((recipe) => recipe !== undefined)
    : [];
  const { html, headings } = renderMarkdown([INTRODUCTION, ...recipes].join("\n\n"));
  const recipe = ({ id, title }) => ({ path: `${PATH}#${id}`, title });
  const groups = [{ title: "Examples", pages: headings.filter(({ level }) => level === 2).map(recipe) }];
  const body = article({ path: PATH, html, headings: [], label: "Recipes", groups });
  const description = "Whole programs and pages to begin with: plain HTML, frameworks, vector stores, Rust.";
  writeFileSync(join(to, PATH), layout({ path: PATH, title: "Recipes", description, section: "recipes", body }));
}

function recipeOfFolder(folder, name) {
  const files = filesOf(folder);
  if (files.length === 0) return undefined;
  const said = textOf(folder, name);
  // Its headings stand below the one of the recipe.
  const text = said.replace(/^#\s.*$/m, "").replace(/^#+(?= )/gm, "#$&");
  const programs = files.map((file) => program(join(folder, file), `examples/${name}/${file}`));
  return `## ${titleOf(said)}\n${text}\n${programs.join("\n\n")}`;
}

/** What its README.md says, else its name and what its package.json says. */
function textOf(folder, name) {
  const [readme, manifest] = ["README.md", "package.json"].map((file) => join(folder, file));
  if (existsSync(readme)) return readFileSync(readme, "utf8");
  const title = name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " ");
  const { description = "" } = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : {};
  return `# ${title}\n\n${description}\n`;
}

/** The paths below a folder of what is shown, files of a folder before its folders. */
function filesOf(folder, below = "") {
  const entries = readdirSync(join(folder, below), { withFileTypes: true })
    .filter(({ name }) => !LEFT_OUT.test(name))
    .sort((a, b) => Number(a.isDirectory()) - Number(b.isDirectory()) || (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return filesOf(folder, path);
    return LANGUAGES[extname(entry.name)] ? [path] : [];
  });
}

function recipeOfFile(from, name) {
  if (!LANGUAGES[extname(name)]) return undefined;
  const path = join(from, name);
  const lines = readFileSync(path, "utf8").split("\n");
  const comment = lines.slice(
    0,
    Math.max(
      0,
      lines.findIndex((line) => !/^\/\/[/!]?( |$)/.test(line)),
    ),
  );
  const said = comment.map((line) => line.replace(/^\/\/[/!]? ?/, ""));
  const end = said.indexOf("");
  const summary = (end < 0 ? said : said.slice(0, end)).join(" ");
  return `## ${name}\n\n${summary}\n\n${program(path, `examples/${name}`)}`;
}

function program(path, name) {
  const code = readFileSync(path, "utf8").trimEnd();
  // Longer than any fence within.
  const fence = "`".repeat(Math.max(3, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `\`${name}\`\n\n${fence}${LANGUAGES[extname(path)]}\n${code}\n${fence}`;
}
