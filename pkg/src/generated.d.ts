// Stands for the generated bindings, so that the sources can be checked before the module is built.
declare module "*/wasm/simd/leafcutter.js" {
  export default function initialize(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;
}
