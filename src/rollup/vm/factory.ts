/** The VMs that a rollup can be registered with, and one to follow what its transactions do. */

import type { Component } from '../../platform/components/load.ts'
import type { VmName } from '../../primitives/rollup-spec.ts'
import { ROLLUP_FORK } from '../forks.ts'
import { createEthereumjsVm } from './ethereumjs.ts'
import type { Vm } from './vm.ts'
import { createTracedVm, createWasmVm, type TracedVm } from './wasm/vm.ts'

export interface VmFactory {
  create(name: VmName, chainId: number): Promise<Vm>
  /** Of any rollup, for all VMs do the same. */
  createTraced(chainId: number): Promise<TracedVm>
}

/** A folder of the installation's dist. */
export type EvmFolder = 'evm' | 'evm-traced'

/** `load` gives the component of a folder; it is asked at most once for each. */
export function vmFactory(load: (folder: EvmFolder) => Promise<Component>): VmFactory {
  const loading = new Map<EvmFolder, Promise<Component>>()
  const componentOf = (folder: EvmFolder) => {
    const component = loading.get(folder) ?? load(folder)
    loading.set(folder, component)
    return component
  }
  return {
    create: async (name, chainId) =>
      name === 'ethereumjs'
        ? createEthereumjsVm(chainId)
        : createWasmVm(await componentOf('evm'), { chainId, fork: ROLLUP_FORK }),
    createTraced: async (chainId) =>
      createTracedVm(await componentOf('evm-traced'), { chainId, fork: ROLLUP_FORK }),
  }
}
