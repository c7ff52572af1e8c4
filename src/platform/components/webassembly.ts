/** Compiles WASM. Types of it aren't among Node's, so the few that are needed are here. */

declare global {
  namespace WebAssembly {
    class Module {
      constructor(bytes: Uint8Array)
    }
  }
}

export function moduleOf(bytes: Uint8Array): WebAssembly.Module {
  return new WebAssembly.Module(bytes)
}
