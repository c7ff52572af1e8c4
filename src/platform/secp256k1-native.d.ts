/** The part of npm's `secp256k1` (native bindings without type declarations) that is used here. All throw on malformed input. */
declare module 'secp256k1' {
  export function privateKeyVerify(privateKey: Uint8Array): boolean
  export function publicKeyCreate(privateKey: Uint8Array, compressed: boolean): Uint8Array
  export function ecdsaSign(
    hash: Uint8Array,
    privateKey: Uint8Array,
  ): { readonly signature: Uint8Array; readonly recid: number }
  /** Writes the public key into `output` (65 B uncompressed) and returns it. */
  export function ecdsaRecover(
    signature: Uint8Array,
    recoveryId: number,
    hash: Uint8Array,
    compressed: boolean,
    output: Uint8Array,
  ): Uint8Array
}
