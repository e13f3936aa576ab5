// Where set-up puts the language model that tests generate text with: scripts/setup/language-model.sh.
import { existsSync } from "node:fs";
import path from "node:path";

import { modelsFolder } from "./model.mjs";

export const languageModelsFolder = path.join(modelsFolder, "../language-models");

/** The file of the model, in GGUF. It has no chat template. */
export const LANGUAGE_MODEL = "gemma-3-270m-q4_k_m.gguf";

/** Why tests that need it are skipped; false where it is there. */
export const skipWithoutLanguageModel = existsSync(path.join(languageModelsFolder, LANGUAGE_MODEL))
  ? false
  : "there is no language model (scripts/setup/language-model.sh)";
