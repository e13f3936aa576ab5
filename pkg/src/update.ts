import type { ParsedUpdate } from "./bindings.js";
import type { DocumentUpdate } from "./types.js";
import { anObject, aString, checkRecord, invalid, milliseconds } from "./checks.js";
import { checkMetadata } from "./validate.js";

const timeOrNull = (name: string, time: unknown): number | null => (time === null ? null : milliseconds(name, time));

/** @throws LeafcutterError `invalid-option` */
export function checkUpdate(update: unknown): asserts update is DocumentUpdate {
  anObject("update", update);
  checkRecord("update", update, {
    title: (name, title) => {
      if (typeof title !== "string" || title.trim() === "") throw invalid(name, "a string that is not empty", title);
    },
    url: (name, url) => url === null || aString(name, url),
    metadata: checkMetadata,
    updatedAt: timeOrNull,
    expiresAt: timeOrNull,
  });
}

/** A checked update as the core takes it. */
export function readUpdate({ title, url, metadata, updatedAt, expiresAt }: DocumentUpdate): ParsedUpdate {
  const update: ParsedUpdate = {};
  if (title !== undefined) update.title = title;
  if (url !== undefined) update.url = url;
  if (metadata !== undefined) update.metadata = { ...metadata };
  if (updatedAt !== undefined) update.updatedAt = timeOrNull("update.updatedAt", updatedAt);
  if (expiresAt !== undefined) update.expiresAt = timeOrNull("update.expiresAt", expiresAt);
  return update;
}
