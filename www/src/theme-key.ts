/** Where the reader's choice of theme is kept. */
export const THEME_KEY = "leafcutter-theme";
