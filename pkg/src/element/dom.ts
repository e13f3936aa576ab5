/** Elements made node by node, never from markup: what a document says can become text and nothing else. */

type Child = Node | string | null | undefined | false;
type Attribute = string | number | boolean | undefined | ((event: never) => void);

/** An element with attributes (`on…` functions become listeners, `true` an empty attribute) and children. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, Attribute> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...present(children));
  return element;
}

/** An SVG element with attributes and children. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | number> = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...present(children));
  return element;
}

/** Puts `children` in place of all that `parent` holds. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren(...present(children));
}

function present(children: Child[]): (Node | string)[] {
  return children.filter((child) => child !== null && child !== undefined && child !== false);
}

/** Has `root` use styles: made by script, which a policy without `unsafe-inline` allows. */
export function adoptStyles(root: ShadowRoot, ...texts: string[]): void {
  root.adoptedStyleSheets = texts.map((text) => {
    let sheet = sheets.get(text);
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      sheets.set(text, sheet);
    }
    return sheet;
  });
}

/** One sheet a text, however many elements use it. */
const sheets = new Map<string, CSSStyleSheet>();

/** What elements extend: where there is no page, as while a site is built in Node, a class that is never used. */
export const ElementBase: typeof HTMLElement =
  (globalThis as { HTMLElement?: typeof HTMLElement }).HTMLElement ?? (class {} as typeof HTMLElement);

/** Names a class of elements, once, where there is a page. */
export function define(name: string, element: CustomElementConstructor): void {
  const { customElements } = globalThis as { customElements?: CustomElementRegistry };
  if (customElements && !customElements.get(name)) customElements.define(name, element);
}

/** Hands values that were set before the element was defined to its properties. */
export function adoptProperties(element: HTMLElement, names: readonly string[]): void {
  for (const name of names) {
    if (!Object.hasOwn(element, name)) continue;
    const record = element as unknown as Record<string, unknown>;
    const value = record[name];
    delete record[name];
    record[name] = value;
  }
}
