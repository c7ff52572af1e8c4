/** The EVM that is a WASM component (evm/assembly), as a VM. */

import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { createEVM } from '@ethereumjs/evm'
import type { Component, ComponentInstance } from '../../../platform/components/load.ts'
import type { Hex } from '../../../primitives/bytes.ts'
import type { Fork } from '../../forks.ts'
import type { StateJournal } from '../../state/journal.ts'
import { ROLLUP_PRECOMPILES } from '../precompiles.ts'
import type { Tracer } from '../tracer.ts'
import type { BlockContext, Message, Outcome, Vm } from '../vm.ts'
import { EvmHost } from './host.ts'
import { type Chain, encodeMessage } from './message.ts'
import { takeOutcome } from './outcome.ts'
import { tracerInterface } from './tracer-host.ts'

interface EvmInterface {
  run(message: Uint8Array): Uint8Array
}

type Interfaces = Readonly<Record<string, object>>

/** A VM that can be followed. */
export interface TracedVm {
  readonly vm: Vm
  /** Tells `tracer` of everything that the VM does during `run`. What the tracer throws ends the message, and is thrown. */
  follow<Result>(tracer: Tracer, run: () => Promise<Result>): Promise<Result>
}

const HOST = 'beacon:evm/host'
const TRACER = 'beacon:evm/tracer'
const NOBODY: Tracer = { steps: null }
const HARDFORKS: Readonly<Record<Fork, Hardfork>> = {
  shanghai: Hardfork.Shanghai,
  cancun: Hardfork.Cancun,
  prague: Hardfork.Prague,
  osaka: Hardfork.Osaka,
}

/** `component` is the one that is shipped in dist/evm. */
export async function createWasmVm(component: Component, chain: Chain): Promise<Vm> {
  return create(component, chain, {})
}

/** `component` is the one that is shipped in dist/evm-traced. */
export async function createTracedVm(component: Component, chain: Chain): Promise<TracedVm> {
  let following: Tracer | null = null
  const interfaces = { [TRACER]: tracerInterface(() => following ?? NOBODY) }
  const vm = await create(component, chain, interfaces)
  return {
    vm,
    follow: async (tracer, run) => {
      following = tracer
      try {
        return await run()
      } finally {
        following = null
      }
    },
  }
}

async function create(component: Component, chain: Chain, interfaces: Interfaces): Promise<WasmVm> {
  const common = createCustomCommon({ chainId: chain.chainId, name: 'rollup' }, Mainnet, {
    hardfork: HARDFORKS[chain.fork],
  })
  const native = await createEVM({ common, customPrecompiles: ROLLUP_PRECOMPILES })
  const host = new EvmHost(native)
  const imports = { ...interfaces, [HOST]: host.interface }
  return new WasmVm(() => component.instantiate(imports), chain, host, new Set(native.precompiles.keys()))
}

class WasmVm implements Vm {
  readonly fork: Fork
  readonly #instantiate: () => ComponentInstance
  readonly #chain: Chain
  readonly #host: EvmHost
  /** Without 0x. */
  readonly #precompiles: ReadonlySet<string>
  #evm: EvmInterface

  constructor(
    instantiate: () => ComponentInstance,
    chain: Chain,
    host: EvmHost,
    precompiles: ReadonlySet<string>,
  ) {
    this.#instantiate = instantiate
    this.#chain = chain
    this.#host = host
    this.#precompiles = precompiles
    this.fork = chain.fork
    this.#evm = this.#begin()
  }

  async run(journal: StateJournal, block: BlockContext, message: Message): Promise<Outcome> {
    const host = this.#host
    if (host.journal !== null) throw new Error('a VM runs one message at a time')
    host.journal = journal
    try {
      return takeOutcome(this.#evm.run(encodeMessage(this.#chain, block, message)), journal)
    } catch (cause) {
      // A defect, ours or the machine's: what is in the instance's memory is worth nothing now.
      this.#evm = this.#begin()
      throw cause
    } finally {
      host.journal = null
    }
  }

  isPrecompile(address: Hex): boolean {
    return this.#precompiles.has(address.slice(2))
  }

  #begin(): EvmInterface {
    return this.#instantiate().interfaces.vm as unknown as EvmInterface
  }
}
