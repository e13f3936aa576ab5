/** How threads and tabs of a browser tell each other that a collection was changed. */

const nameOf = (collection: string) => `leafcutter ${collection}`;

/** Tells everybody. */
export function announce(collection: string): void {
  const channel = new BroadcastChannel(nameOf(collection));
  channel.postMessage("changed");
  channel.close();
}

/** Hears of changes by others, and tells them. */
export function openChannel(collection: string, onChange: () => void): { tell(): void; close(): void } {
  const channel = new BroadcastChannel(nameOf(collection));
  channel.onmessage = onChange;
  return { tell: () => channel.postMessage("changed"), close: () => channel.close() };
}
