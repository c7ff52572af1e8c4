/** The VMs that a rollup can be registered with. */

import type { Component } from '../../platform/components/load.ts'
import type { VmName } from '../../primitives/rollup-spec.ts'
import { ROLLUP_FORK } from '../forks.ts'
import { createEthereumjsVm } from './ethereumjs.ts'
import type { Vm } from './vm.ts'
import { createWasmVm } from './wasm/vm.ts'

export type CreateVm = (name: VmName, chainId: number) => Promise<Vm>

/** `loadEvm` gives the component of dist/evm; it is asked at most once. */
export function vmCreator(loadEvm: () => Promise<Component>): CreateVm {
  let loading: Promise<Component> | null = null
  return async (name, chainId) => {
    if (name === 'ethereumjs') return createEthereumjsVm(chainId)
    loading ??= loadEvm()
    return createWasmVm(await loading, { chainId, fork: ROLLUP_FORK })
  }
}
