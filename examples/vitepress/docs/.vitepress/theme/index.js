import DefaultTheme from "vitepress/theme";
import { h } from "vue";

import "./search.css";

/** VitePress's theme with the search in its bar. */
export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { "nav-bar-content-before": () => h("leafcutter-search", SEARCH) }),
  enhanceApp() {
    // Elements are for browsers; pages are made in Node.
    if (!import.meta.env.SSR) import("leafcutter/element");
  },
};

const SEARCH = {
  index: "/search/",
  "model-url": "/models/all-MiniLM-L6-v2.int8.safetensors",
  display: "dialog",
};
