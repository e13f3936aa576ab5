/** Applies the reader's choice of theme before anything is painted: a classic script in the head. */

import { THEME_KEY } from "./theme-key.ts";

try {
  const chosen = localStorage.getItem(THEME_KEY);
  if (chosen) {
    document.documentElement.dataset.theme = chosen;
  }
} catch {
  // Storage may be switched off; then the system's theme stands.
}
