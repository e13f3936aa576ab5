/** The button that changes between the light and the dark theme. */

import { themeIcon } from "./art.ts";
import { byId, fill } from "./dom.ts";
import { siteText } from "./site-strings.ts";
import { THEME_KEY } from "./theme-key.ts";

type Theme = "light" | "dark";

function current(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") {
    return chosen;
  }
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function other(theme: Theme): Theme {
  return theme === "light" ? "dark" : "light";
}

export function mountThemeChoice(): void {
  const button = byId<HTMLButtonElement>("theme-toggle");
  const show = () => {
    const next = other(current());
    fill(button, themeIcon(next));
    button.setAttribute("aria-label", siteText.theme[next]);
    button.title = siteText.theme[next];
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = other(current());
    document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem(THEME_KEY, next);
    } catch {
      // Storage may be switched off; the choice then lasts as long as the page.
    }
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
}
