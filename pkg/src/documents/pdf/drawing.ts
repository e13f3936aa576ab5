/** What pdf.js wants to be there for drawing, which is not done here, and Node does not have. Put in its place as it is bundled. */

class Nothing {}

const found = globalThis as { DOMMatrix?: unknown; navigator?: unknown };

export const DOMMatrix = found.DOMMatrix ?? Nothing;
export const navigator = found.navigator ?? { platform: "", userAgent: "", language: "en" };
