// Draws the site's icons from www/icons/mark.svg, in the Chromium of the browser tests. Their pictures are committed.
//   node scripts/icons.mjs
import { readFileSync } from "node:fs";
import { launch, root } from "../tests/browser/harness.mjs";

const MARK = readFileSync(`${root}/www/icons/mark.svg`, "utf8");
const GROUND = "#eef3eb";
/** `share` of the width is the mark's; a maskable icon may be cut to a circle of 80 %, and has a ground. */
const ICONS = [
  { file: "icon-192.png", size: 192, share: 0.9 },
  { file: "icon-512.png", size: 512, share: 0.9 },
  { file: "icon-maskable-512.png", size: 512, share: 0.56, ground: GROUND },
];

const browser = await launch();
for (const { file, size, share, ground = "transparent" } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const mark = `data:image/svg+xml,${encodeURIComponent(MARK)}`;
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${ground}">` +
      `<img src="${mark}" width="${Math.round(size * share)}">`,
  );
  await page.screenshot({ path: `${root}/www/icons/${file}`, omitBackground: true });
  await page.close();
}
await browser.close();
