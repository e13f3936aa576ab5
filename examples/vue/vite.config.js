import vue from "@vitejs/plugin-vue";

export default {
  // Vue is to leave these elements to the browser.
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith("leafcutter-") } } })],
  build: { target: "es2022" },
};
