// Finds out whether a page took a text for more than a text.

/** Runs in the page before all of its scripts. */
export function watch() {
  globalThis.executed = [];
  globalThis.violations = [];
  globalThis.pwned = () => void globalThis.executed.push(new Error().stack ?? "");
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) => {
    globalThis.violations.push(`${effectiveDirective} ${blockedURI} ${sample}`);
  });
  /** The kinds of elements that the page has: each its tag and the names of its attributes. */
  globalThis.kinds = new Set();
  /** What no text may bring about. */
  globalThis.problems = new Set();
  const look = (element) => {
    const names = element.getAttributeNames().sort();
    for (const name of [element.localName, ...names.map((each) => `${element.localName}[${each}]`)]) {
      globalThis.kinds.add(name);
    }
    for (const name of names) {
      const value = element.getAttribute(name);
      if (/^on|^srcdoc$|^formaction$|^ping$/.test(name)) globalThis.problems.add(`${name}=${value}`);
      if (name === "style" && !/^--[\w-]+: ?[\d.]+;?$/.test(value)) globalThis.problems.add(`style=${value}`);
    }
    if (element.localName === "a" && element.hasAttribute("href") && element.origin !== location.origin) {
      if (!/^(?:https?|mailto):$/.test(element.protocol)) globalThis.problems.add(`href=${element.href}`);
      if (!element.relList.contains("noopener")) globalThis.problems.add(`without noopener: ${element.href}`);
    }
  };
  // All elements that were ever there, also those that are gone when somebody looks.
  const observer = new MutationObserver((records) => {
    for (const { target, addedNodes, type } of records) {
      if (type === "attributes") look(target);
      for (const added of addedNodes) {
        if (added.nodeType !== Node.ELEMENT_NODE) continue;
        look(added);
        added.querySelectorAll("*").forEach(look);
      }
    }
  });
  const everything = { childList: true, subtree: true, attributes: true };
  observer.observe(document, everything);
  // Shadow trees are observed by themselves.
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (options) {
    const root = attachShadow.call(this, options);
    observer.observe(root, everything);
    return root;
  };
}
