/** Applies the reader's choice of theme before anything is painted: a classic script in the head, free of imports. */

try {
  const chosen = localStorage.getItem("leafcutter-theme");
  if (chosen) {
    document.documentElement.dataset.theme = chosen;
  }
} catch {
  // Storage may be switched off; then the system's theme stands.
}
