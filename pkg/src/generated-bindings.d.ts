// The script that wasm-bindgen generates, for which the build puts the real one. What it exports is in `bindings.ts`.
declare module "#generated-bindings" {
  export default function initialize(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;
}
