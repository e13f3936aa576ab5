// The handbook of a made-up tool: pages to search, as files of a site and as documents of a collection.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** Pages by name; the first lines are front matter, as a site has it. */
const PAGES = {
  "guide/install": `---
kind: Guide
since: 1
---
# Install Skiff

Skiff is one file without dependencies. Download it, make it executable and put it where your shell finds programs.

## On Linux and macOS

Unpack the archive and move the program to a folder of your path. The archive holds a signature, which the command verify checks against the key of the project.

## On Windows

The installer adds Skiff to the path of your account. It asks for no administrator, and it can be removed from the list of programs.

## Update

Skiff looks for no updates by itself. Run the command upgrade to replace the program with the newest release of the same major version.`,
  "guide/first-deploy": `---
kind: Guide
since: 1
---
# Your first deploy

A deploy sends the folder that your build wrote to a harbor, which is a server that runs the Skiff receiver.

## Name a harbor

Add a harbor with its address and a key. The key is kept in the keychain of your system and never in the project's folder.

## Send the folder

Only files that changed are sent. Skiff compares the hash of every file with what the harbor has, so a second deploy of a large site takes seconds.

## Undo a deploy

Every deploy has a number. Roll back to an earlier one with the command rollback and its number; the harbor keeps the last ten deploys unless you tell it otherwise.`,
  "guide/previews": `---
kind: Guide
since: 2
---
# Previews for a branch

A preview is a deploy under an address of its own, for a branch that is still being worked on.

## Share a preview

The address of a preview cannot be guessed, and search engines are told to leave it alone. Anyone with the link can open it until it expires.

## Expiry

A preview expires after fourteen days without a visit. The harbor then removes its files and frees the space.`,
  "reference/configuration": `---
kind: Reference
since: 1
---
# Configuration file

The file skiff.toml stands in the root of the project. Every setting has a default, so the file may be empty.

## Folder

The setting folder names what is sent. It is build if the file does not say otherwise.

## Headers

Response headers are set by path. A pattern with a star matches one part of a path, two stars match any number of parts. The most specific pattern wins.

## Redirects

Redirects are read from top to bottom, and the first that matches is taken. A redirect with status 301 is permanent and is cached by browsers for a long time, so try it with 302 first.

## Ignored files

Files that match a line of .skiffignore are not sent. The syntax is that of ignore files of version control.`,
  "reference/commands": `---
kind: Reference
since: 1
---
# Commands

Each command prints what it will do and asks before it removes anything. With --yes it does not ask.

## deploy

Sends the folder to a harbor. With --dry-run it lists the files that would be sent and sends none.

## rollback

Puts an earlier deploy in place again. No file is sent: the harbor still has all of them.

## logs

Shows what the harbor answered, request by request. Filter by path or status, and follow new lines as they come.`,
  "reference/limits": `---
kind: Reference
since: 2
---
# Limits

A harbor refuses what would fill its disk or keep others waiting.

## Size of a file

A single file may have two gigabytes. Larger ones belong in an object store, to which a redirect can lead.

## Rate

A harbor takes one deploy of a project at a time. A second one waits for the first, up to ten minutes, and is then refused.`,
  "recipes/cache-headers": `---
kind: Recipe
since: 1
---
# Cache headers for hashed files

Files whose names hold a hash of their content never change, so browsers may keep them for a year.

## Set them by pattern

Give everything below assets the header Cache-Control with immutable and a long max-age. Pages keep a short one, so that a reader sees a new deploy at once.

## When a browser still shows the old page

A page that was cached too long is asked for again after a reload without the cache. Set a shorter max-age before the next deploy.`,
  "recipes/single-page": `---
kind: Recipe
since: 2
---
# Single-page applications

An application that draws every page by itself needs the same file under every address.

## Fall back to the index

Add a redirect with status 200 from every path to the index. It must be the last one, since the first that matches is taken.

## Missing assets

Exclude the folder of assets from the fallback. Otherwise a missing script is answered with a page, and the browser complains about its type.`,
  "recipes/continuous": `---
kind: Recipe
since: 2
---
# Deploy from continuous integration

A pipeline has no keychain, so it takes the key of the harbor from a variable of its environment.

## A key of its own

Make a key that can deploy one project and nothing else. Should it leak, revoke it without touching any other.

## Only from the main branch

Let branches make previews and the main branch deploy. A pipeline that was started twice is safe: the second deploy finds nothing to send.`,
};

const titleOf = (markdown) => /^# (.+)$/m.exec(markdown)[1];
const frontMatter = (markdown) => {
  const [, kind, since] = /^---\nkind: (\w+)\nsince: (\d)\n---\n/.exec(markdown);
  return { kind, since: Number(since) };
};

/** The pages as documents to add. */
export const HANDBOOK = Object.entries(PAGES).map(([name, markdown]) => ({
  id: name,
  title: titleOf(markdown),
  url: `/handbook/${name}.html`,
  metadata: frontMatter(markdown),
  markdown: markdown.replace(/^---\n[^]*?\n---\n/, ""),
}));

/** Writes the pages as HTML files of a site. */
export async function writeHandbook(folder) {
  for (const [name, markdown] of Object.entries(PAGES)) {
    const file = path.join(folder, `${name}.html`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, asPage(name, markdown));
  }
  return folder;
}

function asPage(name, markdown) {
  const { kind, since } = frontMatter(markdown);
  const body = markdown
    .replace(/^---\n[^]*?\n---\n/, "")
    .split(/\n{2,}/)
    .map((block) => {
      const [, marks, text] = /^(#{1,2}) (.+)$/.exec(block) ?? [];
      if (!marks) return `<p>${block}</p>`;
      return `<h${marks.length} id="${text.toLowerCase().replace(/\W+/g, "-")}">${text}</h${marks.length}>`;
    })
    .join("\n");
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${titleOf(markdown)}</title><link rel="canonical" href="/handbook/${name}.html">
<meta name="kind" content="${kind}" data-leafcutter-meta="kind[content]"><meta name="since" content="${since}" data-leafcutter-meta="since[content]">
</head>
<body><main>
${body}
</main></body>
</html>
`;
}
