// The script that wasm-bindgen generates, for which the build puts the real one, as a function that makes it afresh. What
// it exports beside its default is in `bindings.ts`.
declare module "#generated-site-bindings" {
  export default function makeBindings(): {
    default(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;
  };
}

declare module "#generated-bindings" {
  export default function makeBindings(): {
    default(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;
  };
}
