/** What every page of the site says after it has loaded. What only the demo says stands in strings.ts. */

import type { SiteState } from "leafcutter/site";

const whole = new Intl.NumberFormat("en");

export const siteText = {
  theme: { light: "Change to the light theme", dark: "Change to the dark theme" },

  search: {
    title: "Search the documentation",
    close: "Close",
    label: "Your question",
    placeholder: "Ask a question, or type a few words",
    submit: "Search",
    suggestions: "Try",
    results: "Results",
    found: (pages: number, milliseconds: number) =>
      pages === 0
        ? "Nothing found. Use a word that the pages would use."
        : `${whole.format(pages)} ${pages === 1 ? "page" : "pages"} in ${whole.format(Math.max(1, Math.round(milliseconds)))} ms`,
    by: { keywords: "by keywords", meaning: "by meaning" },
    failed: "The search could not be loaded. Check the connection, then load this page again.",
    loadModel: "Search by meaning too (loads the model once, 23 MB)",
    states: {
      keywords: "",
      loading: "Loading the model; keywords answer meanwhile.",
      meaning: "Questions are understood by meaning, on your machine.",
      failed: "The model is not served here, or did not load. Keywords go on.",
    } satisfies Record<SiteState, string>,
  },

  copy: { copy: "Copy", copied: "Copied", failed: "Not allowed", label: "Copy this program" },

  update: {
    ready: "A newer version of this site is ready.",
    reload: "Reload",
    later: "Later",
  },
};
