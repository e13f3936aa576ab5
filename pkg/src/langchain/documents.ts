import { Document, type DocumentInterface } from "@langchain/core/documents";

import type { Document as Kept, Hit, Metadata, MetadataValue, Source } from "../types.js";
import type { PassageMetadata } from "./collection.js";

/** A hit as LangChain has it. */
export function passageOf({ text, document, headingPath, range, level, score }: Hit): Document<PassageMetadata> {
  const { id, title, url, metadata } = document;
  return new Document({
    pageContent: text,
    metadata: {
      ...metadata,
      leafcutter: {
        id,
        title,
        ...(url !== undefined && { url }),
        headings: headingPath,
        ...(range && { range }),
        level,
        score,
      },
    },
  });
}

/** A whole document, with the score of its best passage. */
export function wholeOf({ id, title, url, metadata, text }: Kept, score: number): Document<PassageMetadata> {
  return new Document({
    id,
    pageContent: text,
    metadata: { ...metadata, leafcutter: { id, title, ...(url !== undefined && { url }), headings: [], score } },
  });
}

/** A document of LangChain's as a source. Of its metadata, what filters can ask for is kept; the title and url are taken from there. */
export function sourceOf({ id, pageContent, metadata }: DocumentInterface, own: string | undefined): Source {
  const named = own ?? id;
  const { title, url } = metadata as Record<string, unknown>;
  const kept = Object.entries(metadata).filter(
    ([, value]) => isScalar(value) || (Array.isArray(value) && value.every(isScalar)),
  );
  return {
    text: pageContent,
    ...(named !== undefined && { id: named }),
    ...(typeof title === "string" && { title }),
    ...(typeof url === "string" && { url }),
    metadata: Object.fromEntries(kept) as Metadata,
  };
}

const isScalar = (value: unknown): value is MetadataValue =>
  typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
