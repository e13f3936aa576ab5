// The reference of the package's entries, from the comments of its sources.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Application } from "typedoc";
import { MarkdownTheme, MarkdownThemeContext } from "typedoc-plugin-markdown";
import { article } from "./article.mjs";
import { renderMarkdown } from "./markdown.mjs";

const GROUPS_OF = "Entries";

/**
 * Writes a page for each entry of the package, and one that lists them, into `to`/api.
 *
 * @param {{ from: string, to: string, layout: (page: import("./layout.mjs").Page) => string }} options `from` is the package
 */
export async function renderReference({ from, to, layout }) {
  mkdirSync(join(to, "api"), { recursive: true });
  const entries = entriesOf(from);
  const texts = await generate(from, entries);
  const pages = entries.map((entry) => ({ ...entry, path: `api/${entry.file}.html`, title: entry.name }));
  const groups = [{ title: GROUPS_OF, pages: [{ path: "api/index.html", title: "All entries" }, ...pages] }];
  const write = (path, title, description, markdown) => {
    const { html, headings } = renderMarkdown(markdown, { link: (href) => toPage(href, entries) });
    const body = article({ path, html, headings, label: "API", groups, kind: "reference" });
    writeFileSync(join(to, path), layout({ path, title, description, section: "reference", body }));
  };
  for (const { path, name, source } of pages) {
    const description = `What ${name} exports: every class, function, option and result.`;
    write(path, name, description, `# ${name}\n\n${texts.get(source).replace(/^# .*\n/, "")}`);
  }
  const list = pages.map(
    ({ file, name, source }) => `- [\`${name}\`](./${file}.html): ${summaryOf(from, source, name)}`,
  );
  const overview = "Each entry is imported by its name and loads nothing of the others until it needs it.";
  write("api/index.html", "API reference", overview, `# API reference\n\n${overview}\n\n${list.join("\n")}\n`);
}

/** The entries that have types, as package.json exports them. */
function entriesOf(from) {
  const { name, exports } = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  return Object.entries(exports)
    .filter(([entry, { types }]) => types !== undefined && !entry.endsWith("/worker"))
    .map(([entry, { types }]) => ({
      name: entry === "." ? name : `${name}/${entry.slice(2)}`,
      file: entry === "." ? name : entry.slice(2).replaceAll("/", "-"),
      source: types.replace("./dist/", "src/").replace(/\.d\.ts$/, ".ts"),
    }));
}

/** The Markdown of each entry, by the path of its source. */
async function generate(from, entries) {
  const out = mkdtempSync(join(tmpdir(), "leafcutter-reference-"));
  const app = await Application.bootstrapWithPlugins({
    entryPoints: entries.map(({ source }) => join(from, source)),
    tsconfig: join(from, "tsconfig.json"),
    plugin: ["typedoc-plugin-markdown"],
    outputs: [{ name: "markdown", path: out }],
    theme: "site",
    readme: "none",
    excludeInternal: true,
    excludePrivate: true,
    // What an element has from the DOM is described elsewhere.
    excludeExternals: true,
    disableSources: true,
    // The package is checked by its own compiler, of another version.
    skipErrorChecking: true,
    logLevel: "Error",
    outputFileStrategy: "modules",
    hideBreadcrumbs: true,
    hidePageHeader: true,
    useCodeBlocks: true,
    useHTMLAnchors: true,
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    typeDeclarationFormat: "table",
  });
  app.renderer.defineTheme("site", PlainTheme);
  try {
    const project = await app.convert();
    if (!project) throw new Error("the reference could not be read from the sources: the message is above");
    await app.generateOutputs(project);
    return new Map(entries.map(({ source }) => [source, withAnchors(readFileSync(join(out, nameOf(source)), "utf8"))]));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Without the class that an entry's own inherits from, which nobody can import. */
class PlainTheme extends MarkdownTheme {
  getRenderContext(page) {
    const context = new MarkdownThemeContext(this, page, this.application.options);
    context.partials = { ...context.partials, inheritance: () => "", hierarchy: () => "" };
    return context;
  }
}

/** The file that the generator writes for a source. */
function nameOf(source) {
  return `${source.replace(/^src\//, "").replace(/(\/index)?\.ts$/, "")}.md`;
}

/** What links lead to, said in the headings, in place of elements before them. */
function withAnchors(markdown) {
  return markdown.replace(/<a id="([^"]+)"><\/a>\s*\n(#+ .*)/g, "$2 {#$1}");
}

/** Links between the files lead between the pages. */
function toPage(href, entries) {
  const [file, fragment] = href.split("#");
  const entry = entries.find(({ source }) => file !== "" && nameOf(source) === file.replace(/^(\.\.?\/)+/, ""));
  return entry ? `./${entry.file}.html${fragment === undefined ? "" : `#${fragment}`}` : href;
}

/** What the comment at the head of an entry's source says. */
function summaryOf(from, source, name) {
  const [, comment = ""] = /^\/\*\*[\s*]*([^]*?)\s*\*\//.exec(readFileSync(join(from, source), "utf8")) ?? [];
  // Its name stands before it.
  return comment.replace(/\s*\n\s*\*\s*/g, " ").replace(`\`${name}\`: `, "");
}
