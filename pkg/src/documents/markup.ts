/** XML and HTML to elements that whoever follows may descend into: no deeper than the limits. */

import { DomHandler, type Document } from "domhandler";
import { Parser, type ParserOptions } from "htmlparser2";
import type { FileLimits } from "../limits.js";
import { check } from "./limits.js";

/** What is needed of how a file is read. */
interface Within {
  path: string;
  limits: FileLimits;
}

class ShallowHandler extends DomHandler {
  #depth = 0;

  constructor(readonly within: Within) {
    super();
  }

  override onopentag(name: string, attributes: Record<string, string>): void {
    check(this.within.path, this.within.limits, "fileNesting", ++this.#depth);
    super.onopentag(name, attributes);
  }

  override onclosetag(): void {
    this.#depth--;
    super.onclosetag();
  }
}

/** @throws LeafcutterError `file-too-large`. */
export function parseMarkup(text: string, within: Within, options: ParserOptions = {}): Document {
  const handler = new ShallowHandler(within);
  new Parser(handler, options).end(text);
  return handler.root;
}
