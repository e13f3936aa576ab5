/** The picture as a file of its own. */

/** What of the looks that the page gives it goes into the file. */
const LOOKS = ["fill", "stroke", "stroke-width", "font-family", "font-size", "font-weight", "text-anchor"];
/** What is there for a reader in the page alone. */
const IN_PAGE = ["class", "role", "tabindex", "data-id"];

/** An SVG file that needs no style sheet, on a ground of the color `ground`. */
export function standaloneSvg(picture: SVGSVGElement, title: string, ground: string): string {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const originals = [...picture.querySelectorAll<SVGElement>("rect, text")];
  for (const [index, element] of [...copy.querySelectorAll<SVGElement>("rect, text")].entries()) {
    const style = getComputedStyle(originals[index]!);
    for (const look of LOOKS) element.setAttribute(look, style.getPropertyValue(look));
  }
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const { name } of [...element.attributes]) {
      if (IN_PAGE.includes(name) || name.startsWith("aria-")) element.removeAttribute(name);
    }
  }
  const make = (name: string) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const named = make("title");
  named.textContent = title;
  const behind = make("rect");
  for (const [name, value] of Object.entries({ width: "100%", height: "100%", fill: ground })) {
    behind.setAttribute(name, value);
  }
  copy.prepend(named, behind);
  return new XMLSerializer().serializeToString(copy);
}

/** Has the browser save a text as a file. */
export function saveFile(text: string, type: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Once the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
