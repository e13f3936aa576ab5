/** Makes it impossible for a passage to close its own source or to open another, as the core does in its contexts. */
export function escapeDelimiters(text: string): string {
  return text.replace(/<(?=[/ \t\n]*source)/gi, "&lt;");
}
