import { defineConfig } from "vitepress";

export default defineConfig({
  title: "Garden notes",
  head: [["link", { rel: "icon", href: "data:," }]],
  // The element takes the place of VitePress's own search.
  themeConfig: {
    nav: [{ text: "Compost", link: "/compost" }],
    sidebar: [
      {
        items: [
          { text: "Beans", link: "/" },
          { text: "Compost", link: "/compost" },
        ],
      },
    ],
  },
});
