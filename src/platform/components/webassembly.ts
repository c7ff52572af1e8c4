/** What of JavaScript's WebAssembly is used here: its types aren't among Node's. */

declare global {
  namespace WebAssembly {
    class Module {
      constructor(bytes: Uint8Array)
    }
    class Instance {
      readonly exports: Readonly<Record<string, unknown>>
      constructor(module: Module, imports: object)
    }
    class RuntimeError extends Error {}
  }
}

export function moduleOf(bytes: Uint8Array): WebAssembly.Module {
  return new WebAssembly.Module(bytes)
}

export function instanceOf(module: WebAssembly.Module, imports: object): WebAssembly.Instance {
  return new WebAssembly.Instance(module, imports)
}
