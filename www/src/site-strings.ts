/** What every page of the site says after it has loaded. What only the demo says stands in strings.ts. */

export const siteText = {
  theme: { light: "Change to the light theme", dark: "Change to the dark theme" },

  landing: { suggestions: "Try" },

  copy: { copy: "Copy", copied: "Copied", failed: "Not allowed", label: "Copy this program" },

  update: {
    ready: "A newer version of this site is ready.",
    reload: "Reload",
    later: "Later",
  },
};
