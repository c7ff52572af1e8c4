/** Blocks executed by a WASM component: the host's part of runtime/beacon-runtime.wit. */

import {
  type Component,
  type ComponentFiles,
  type ComponentInstance,
  loadComponent,
  NotAComponent,
} from '../../platform/components/load.ts'
import { bytesToBigint, fromHex } from '../../primitives/bytes.ts'
import { DecodeError } from '../../primitives/codec.ts'
import { keccak256 } from '../../primitives/hash.ts'
import { PUBLIC_KEY_BYTES } from '../../primitives/signatures.ts'
import type { TransitionHost } from '../host.ts'
import type { StateKey } from '../keys.ts'
import type { ComposedBlock } from '../transition.ts'
import { decodeApplied, decodeComposed, encodeInput } from './abi.ts'
import { HostBudget } from './host-budget.ts'
import { type Applied, type Runtime, RuntimeFailure, type RuntimeInput } from './runtime.ts'

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
const KEY_BYTES_MAX = 256
const VALUE_BYTES_MAX = 128 * 1024

/** Each block has an instance of its own, so that nothing but the state is remembered. */
export class WasmRuntime implements Runtime {
  readonly #component: Component

  private constructor(component: Component) {
    this.#component = component
  }

  /** Rejects with RuntimeFailure. */
  static async load(code: Uint8Array, files: ComponentFiles): Promise<WasmRuntime> {
    try {
      const component = await loadComponent(code, files)
      const foreign = component.imports.find((name) => name !== HOST)
      if (foreign !== undefined) throw new NotAComponent(`it imports ${foreign}`)
      return new WasmRuntime(component)
    } catch (cause) {
      throw cause instanceof NotAComponent ? new RuntimeFailure('NOT_A_RUNTIME', { cause }) : cause
    }
  }

  applyBlock(host: TransitionHost, input: RuntimeInput): Applied {
    return this.#call(host, ({ applyBlock }) => decodeApplied(applyBlock(encodeInput(input))))
  }

  composeBlock(host: TransitionHost, input: RuntimeInput): ComposedBlock | null {
    return this.#call(host, ({ composeBlock }) => decodeComposed(composeBlock(encodeInput(input))))
  }

  #call<Result>(host: TransitionHost, use: (transition: TransitionInterface) => Result): Result {
    const guarded = new GuardedHost(host)
    let instance: ComponentInstance | null = null
    try {
      instance = this.#component.instantiate({ [HOST]: guarded.interface })
      return use(instance.interfaces[TRANSITION] as unknown as TransitionInterface)
    } catch (cause) {
      if (cause instanceof RuntimeFailure) throw cause
      // The node's own, and so not the same everywhere.
      if (guarded.failure !== null) throw guarded.failure
      if (isStackOverflow(cause)) throw cause
      if (guarded.budget.isSpent || instance?.isOutOfFuel) throw new RuntimeFailure('OUT_OF_FUEL', { cause })
      throw new RuntimeFailure(cause instanceof DecodeError ? 'INVALID_OUTPUT' : 'TRAPPED', { cause })
    }
  }
}

/** What the node does for a runtime, within bounds. */
class GuardedHost {
  readonly budget = new HostBudget()
  /** What went wrong in the node while it did something for the runtime. */
  failure: unknown = null
  readonly interface: HostInterface

  constructor({ get, set, signatures, recoverAddress }: TransitionHost) {
    const { budget } = this
    this.interface = {
      get: (key) => {
        const name = nameOf(key)
        const value = this.#do(() => get(name))
        budget.entry(value?.length ?? 0)
        return value
      },
      set: (key, value) => {
        budget.entry(value.length)
        const name = nameOf(key)
        if (value.length === 0 || value.length > VALUE_BYTES_MAX)
          throw new RangeError('no value of the state')
        // The runtime's memory may move; what is kept is a copy.
        this.#do(() => set(name, value.slice()))
      },
      keccak256: (data) => {
        budget.hash(data.length)
        return keccak256(data)
      },
      recoverAddress: (hash, signature) => {
        budget.recovery()
        const v = signature[64]
        if (hash.length !== 32 || signature.length !== 65 || (v !== 27 && v !== 28)) return undefined
        const r = bytesToBigint(signature.subarray(0, 32))
        const s = bytesToBigint(signature.subarray(32, 64))
        const account = this.#do(() => recoverAddress(hash, { r, s, yParity: v - 27 }))
        return account === null ? undefined : fromHex(account, 20)
      },
      verify: (publicKey, message, signature) => {
        budget.verification(1)
        return this.#do(() => signatures.verify(publicKey, message, signature))
      },
      verifyAggregate: (publicKeys, message, aggregate) => {
        const keys = split(publicKeys)
        budget.verification(keys.length)
        return this.#do(() => signatures.verifyAggregate(keys, message, aggregate))
      },
    }
  }

  #do<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      this.failure ??= error
      throw error
    }
  }
}

/** Throws if it is too long. */
function nameOf(key: Uint8Array): StateKey {
  if (key.length === 0 || key.length > KEY_BYTES_MAX) throw new RangeError('no name of an entry of the state')
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1') as StateKey
}

function split(publicKeys: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(publicKeys.length / PUBLIC_KEY_BYTES) }, (_, i) =>
    publicKeys.subarray(i * PUBLIC_KEY_BYTES, (i + 1) * PUBLIC_KEY_BYTES),
  )
}

/** Where the machine's stack ends isn't the same everywhere; the metered depth ends long before. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack')
}
