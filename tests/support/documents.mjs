// Documents made of real sentences: those of the Markdown files and of the comments on types that npm packages bring.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGES = fileURLToPath(new URL("../../node_modules/", import.meta.url));
/** Sentences of a document. */
const SENTENCES = 10;

/** The first `count` documents, each of consecutive sentences of one file; the same for the same packages. */
export function realDocuments(count) {
  const files = readdirSync(PACKAGES, { recursive: true })
    .filter((file) => /\.(md|markdown|d\.ts)$/i.test(file))
    .sort();
  const documents = [];
  const seen = new Set();
  for (const file of files) {
    const content = readFileSync(path.join(PACKAGES, file), "utf8");
    const sentences = sentencesOf(file.endsWith(".ts") ? comments(content) : content).filter((sentence) => {
      // Packages repeat each other's texts, such as licenses.
      if (seen.has(sentence)) return false;
      seen.add(sentence);
      return true;
    });
    for (let start = 0; start + SENTENCES <= sentences.length; start += SENTENCES) {
      const text = sentences.slice(start, start + SENTENCES).join(" ");
      documents.push({ id: `${file}#${start / SENTENCES}`, title: file, text });
    }
  }
  if (documents.length < count) throw new Error(`the packages' texts make ${documents.length} documents only`);
  // Evenly, so that all packages are among them.
  return Array.from({ length: count }, (_, index) => documents[Math.floor((index * documents.length) / count)]);
}

/** The documenting comments of a script, a paragraph each. */
function comments(script) {
  const found = script.match(/\/\*\*[\s\S]*?\*\//g) ?? [];
  return found
    .map((comment) => comment.replace(/^\s*(\/\*\*|\*\/|\* ?)|\*\/$/gm, "").replace(/^\s*@/gm, "\n\n@"))
    .join("\n\n");
}

/** Sentences of prose: listings, tables and what is mostly markup are left out. */
function sentencesOf(markdown) {
  const prose = markdown
    .replace(/^\s*```[\s\S]*?^\s*```/gm, "\n\n")
    .replace(/!?\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])/g, "$1")
    .replace(/<[^>]*>|[*_`]/g, "");
  const paragraphs = prose.split(/\n\s*\n|\n(?=\s*(?:[-*+>#|]|\d+\.)\s)/);
  return paragraphs.flatMap((paragraph) => {
    const text = paragraph.replace(/^\s*(?:[-+>#]+|\d+\.)\s+/, "").replace(/\s+/g, " ");
    const isProse = (sentence) =>
      sentence.split(" ").length >= 6 && (sentence.match(/[a-z ]/gi)?.length ?? 0) > 0.85 * sentence.length;
    return text.split(/(?<=[.!?])\s+(?=[A-Z])/).filter(isProse);
  });
}
