/** Blocks executed by a WASM component: the host's part of runtime/beacon-runtime.wit. */

import type { Component } from '../../platform/components/load.ts'
import { bytesToBigint, fromHex } from '../../primitives/bytes.ts'
import { keccak256 } from '../../primitives/hash.ts'
import { PUBLIC_KEY_BYTES } from '../../primitives/signatures.ts'
import type { TransitionHost } from '../host.ts'
import type { StateKey } from '../keys.ts'
import type { ComposedBlock } from '../transition.ts'
import { decodeApplied, decodeComposed, encodeInput } from './abi.ts'
import type { Applied, Runtime, RuntimeInput } from './runtime.ts'

/** What the component asks for. */
interface HostInterface {
  get(key: Uint8Array): Uint8Array | undefined
  set(key: Uint8Array, value: Uint8Array): void
  keccak256(data: Uint8Array): Uint8Array
  recoverAddress(hash: Uint8Array, signature: Uint8Array): Uint8Array | undefined
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
  /** Keys of 48 B each, one after the other. */
  verifyAggregate(publicKeys: Uint8Array, message: Uint8Array, aggregate: Uint8Array): boolean
}

/** What it offers. */
interface TransitionInterface {
  applyBlock(input: Uint8Array): Uint8Array
  composeBlock(input: Uint8Array): Uint8Array
}

const HOST = 'beacon:runtime/host'
const TRANSITION = 'stf'

/** Each block has an instance of its own, so that nothing but the state is remembered. */
export class WasmRuntime implements Runtime {
  readonly #component: Component

  constructor(component: Component) {
    this.#component = component
  }

  applyBlock(host: TransitionHost, input: RuntimeInput): Applied {
    return decodeApplied(this.#instantiate(host).applyBlock(encodeInput(input)))
  }

  composeBlock(host: TransitionHost, input: RuntimeInput): ComposedBlock | null {
    return decodeComposed(this.#instantiate(host).composeBlock(encodeInput(input)))
  }

  #instantiate(host: TransitionHost): TransitionInterface {
    const interfaces = this.#component.instantiate({ [HOST]: hostInterface(host) })
    return interfaces[TRANSITION] as unknown as TransitionInterface
  }
}

function hostInterface({ get, set, signatures, recoverAddress }: TransitionHost): HostInterface {
  return {
    get: (key) => get(nameOf(key)),
    // The runtime's memory may move; what is kept is a copy.
    set: (key, value) => set(nameOf(key), value.slice()),
    keccak256: (data) => keccak256(data),
    recoverAddress: (hash, signature) => {
      const v = signature[64]!
      if (v !== 27 && v !== 28) return undefined
      const r = bytesToBigint(signature.subarray(0, 32))
      const s = bytesToBigint(signature.subarray(32, 64))
      const account = recoverAddress(hash, { r, s, yParity: v - 27 })
      return account === null ? undefined : fromHex(account, 20)
    },
    verify: (publicKey, message, signature) => signatures.verify(publicKey, message, signature),
    verifyAggregate: (publicKeys, message, aggregate) =>
      signatures.verifyAggregate(split(publicKeys), message, aggregate),
  }
}

function nameOf(key: Uint8Array): StateKey {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1') as StateKey
}

function split(publicKeys: Uint8Array): Uint8Array[] {
  return Array.from({ length: publicKeys.length / PUBLIC_KEY_BYTES }, (_, i) =>
    publicKeys.subarray(i * PUBLIC_KEY_BYTES, (i + 1) * PUBLIC_KEY_BYTES),
  )
}
