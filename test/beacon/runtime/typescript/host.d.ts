/** What runtime/beacon-runtime.wit gives a component in JavaScript. */
declare module 'beacon:runtime/host@0.1.0' {
  export function get(key: Uint8Array): Uint8Array | null
  export function set(key: Uint8Array, value: Uint8Array): void
  export function keccak256(data: Uint8Array): Uint8Array
  export function recoverAddress(hash: Uint8Array, signature: Uint8Array): Uint8Array | null
  export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
  export function verifyAggregate(publicKeys: Uint8Array, message: Uint8Array, aggregate: Uint8Array): boolean
}
