// The shell of every page of the site: its head, the masthead, the navigation and the footer.

/** What the masthead leads to, in its order. */
const SECTIONS = [
  { name: "demo", title: "Demo", path: "demo.html" },
  { name: "guide", title: "Guide", path: "docs/getting-started.html" },
  { name: "reference", title: "API", path: "api/index.html" },
  { name: "recipes", title: "Recipes", path: "recipes.html" },
  { name: "benchmarks", title: "Benchmarks", path: "benchmarks.html" },
  { name: "comparison", title: "Comparison", path: "docs/comparison.html" },
];

/**
 * @typedef {object} Page
 * @property {string} path from the root of the site, such as `docs/privacy.html`
 * @property {string} title
 * @property {string} description one sentence for search engines and previews
 * @property {string} section the name of the masthead's entry that it belongs to, or of none
 * @property {string} body HTML of the page, between masthead and footer, with its own `<main id="main">`
 * @property {boolean} [ownField] whether it has a field of its own, to which the key "/" leads
 * @property {string[]} [scripts] names of entries of `assets` that the page runs beside the one of all pages
 */

/**
 * The pages' shell, with the addresses of what all of them load.
 *
 * @param {{ csp: string, assets: Record<string, string> }} site the policy, and the path of each asset by its entry's name
 * @returns {(page: Page) => string}
 */
export function makeLayout({ csp, assets }) {
  return ({ path, title, description, section, body, scripts = [], ownField = false }) => {
    const root = rootOf(path);
    const own = scripts.map((name) => `<script type="module" src="${root}${assets[name]}"></script>`);
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#eef3eb">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0d1511">
<meta name="description" content="${escape(description)}">
<title>${escape(title === "Leafcutter" ? `Leafcutter: ${description}` : `${title} · Leafcutter`)}</title>
<link rel="icon" href="${root}icons/mark.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="${root}icons/icon-192.png">
<link rel="manifest" href="${root}manifest.webmanifest">
<link rel="stylesheet" href="${root}${assets.style}">
<script src="${root}${assets.theme}"></script>
<script type="module" src="${root}${assets.site}"></script>
${own.join("\n")}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="masthead">
<a class="brand" href="${root}index.html"><img src="${root}icons/mark.svg" alt="" width="30" height="30">Leafcutter</a>
<nav aria-label="Site"><ul>
${SECTIONS.map((each) => link(each, path, section, root)).join("\n")}
</ul></nav>
<div class="tools">
<leafcutter-search id="find" display="dialog" placeholder="Search" shortcut="${ownField ? "" : "/"}"></leafcutter-search>
<button type="button" class="quiet icon" id="theme-toggle" hidden></button>
</div>
</header>
${body}
<footer class="colophon">
<p>Leafcutter is free software under the MIT and Apache 2.0 licenses. Leafcutter ants do not eat the leaves they cut; they
carry them home and grow a garden on them.</p>
<ul>
<li><a href="${root}docs/privacy.html">Privacy</a></li>
<li><a href="${root}docs/verify.html">Every figure and its command</a></li>
<li><a href="${root}docs/hosting.html">Hosting</a></li>
</ul>
</footer>
</body>
</html>
`;
  };
}

/** What leads from a page back to the root of the site. */
export function rootOf(path) {
  return "../".repeat(path.split("/").length - 1) || "./";
}

export function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function link({ name, title, path }, here, section, root) {
  const current = path === here ? ' aria-current="page"' : name === section ? ' aria-current="true"' : "";
  return `<li><a href="${root}${path}"${current}>${title}</a></li>`;
}
