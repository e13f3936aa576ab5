/** The folder that holds all pages: scripts lie in one below it. */
export const SITE_ROOT = new URL("../", import.meta.url);
