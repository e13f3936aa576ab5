/** Choosing what to ask: a sample, one's own files, or an index that was saved. */

import { FILE_FORMATS } from "leafcutter";
import { chosenFiles, type DocumentFile, droppedFiles } from "leafcutter/documents";
import { heroTree } from "./art.ts";
import { byId, fill, h } from "./dom.ts";
import { mountPaste } from "./paste.ts";
import { type Choice, type Sample, SAMPLES } from "./samples.ts";
import { text } from "./strings.ts";

/** What the reader chose. */
export interface Chosen {
  sample(sample: Sample, choice: Choice): void;
  files(files: DocumentFile[]): void;
  index(file: File): void;
  /** What was dropped could not be read. */
  failed(error: unknown): void;
}

export function mountGather(chosen: Chosen): void {
  fill(byId("hero-art"), heroTree());
  fill(byId("samples"), ...SAMPLES.map((sample) => sampleItem(sample, chosen)));

  byId<HTMLInputElement>("file-input").accept = [...FILE_FORMATS.keys()].map((extension) => `.${extension}`).join();
  onChosen("file-input", (files) => chosen.files(chosenFiles(files)));
  onChosen("folder-input", (files) => chosen.files(chosenFiles(files)));
  onChosen("index-input", ([file]) => chosen.index(file));
  if (!("webkitdirectory" in HTMLInputElement.prototype)) {
    byId("folder-label").hidden = true;
    byId("folder-input").hidden = true;
  }
  mountDrop(chosen);
  mountPaste((file) => chosen.files([file]));
}

function sampleItem(sample: Sample, chosen: Chosen): HTMLElement {
  return h(
    "li",
    {},
    h("h3", {}, sample.title),
    h("p", {}, sample.description),
    h(
      "div",
      { class: "buttons" },
      ...sample.choices.map((choice) =>
        h(
          "button",
          {
            type: "button",
            class: "text",
            "aria-label": `${sample.title}: ${choice.label}`,
            onclick: () => chosen.sample(sample, choice),
          },
          choice.label,
        ),
      ),
    ),
  );
}

function onChosen(id: string, take: (files: FileList & Iterable<File>) => void): void {
  const input = byId<HTMLInputElement>(id);
  input.addEventListener("change", () => {
    if (input.files && input.files.length > 0) {
      take(input.files);
    }
    // So that the same file can be chosen again.
    input.value = "";
  });
}

/** Files may be dropped anywhere on the page: beside the field, the browser would leave the page to open them. */
function mountDrop(chosen: Chosen): void {
  const field = byId("drop");
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragover", (event) => {
    if (carriesFiles(event)) {
      event.preventDefault();
      field.classList.add("over");
    }
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) {
      field.classList.remove("over");
    }
  });
  document.addEventListener("drop", (event) => {
    if (event.dataTransfer && carriesFiles(event)) {
      event.preventDefault();
      field.classList.remove("over");
      if (field.checkVisibility()) {
        droppedFiles(event.dataTransfer).then(chosen.files, (cause) => {
          // A browser says no more than that a file was not found, or not to be read.
          chosen.failed(new Error(text.dropUnreadable, { cause }));
        });
      }
    }
  });
}
