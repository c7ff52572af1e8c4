/** A rollup's JSON-RPC: everything that a seat answers, as methods for rpc/server.ts. */

import type { Clock, Random, Timers } from '../../platform/ports.ts'
import { toHex } from '../../primitives/bytes.ts'
import { keccak256 } from '../../primitives/hash.ts'
import type { SignatureScheme } from '../../primitives/signatures.ts'
import type { Methods } from '../../rpc/dispatch.ts'
import { readData } from '../../rpc/params.ts'
import type { RollupApplication } from '../application.ts'
import type { VmFactory } from '../vm/factory.ts'
import type { TracedVm } from '../vm/wasm/vm.ts'
import { BlockReader } from './blocks.ts'
import { CallRunner } from './call.ts'
import { chainMethods } from './chain-methods.ts'
import type { CommitteeReader } from './committees.ts'
import { debugMethods } from './debug-methods.ts'
import { devMethods } from './dev-methods.ts'
import { feeMethods } from './fee-methods.ts'
import { filterMethods } from './filters.ts'
import { Instructions } from './instructions.ts'
import { rawMethods } from './raw-methods.ts'
import { simulateMethods } from './simulate-methods.ts'
import { softMethods } from './soft-methods.ts'
import { stateMethods } from './state-methods.ts'
import { StatusReader } from './status.ts'
import { subscribeMethods } from './subscribe-methods.ts'
import { transactionMethods } from './transaction-methods.ts'
import { Turns } from './turns.ts'
import { txpoolMethods } from './txpool-methods.ts'

export interface RollupMethodsOptions {
  /** For web3_clientVersion, as in "beacon/v0.1.0". */
  readonly clientVersion: string
  /** Private keys that eth_accounts and eth_sendTransaction offer; for networks at a desk only. */
  readonly devKeys: readonly Uint8Array[]
}

export interface RollupMethodsPorts {
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly scheme: SignatureScheme
  readonly committees: CommitteeReader
  readonly vms: VmFactory
}

/** Calls run on a VM of their own, so that none delays a block by more than the CPU that it takes. */
export async function createRollupMethods(
  application: RollupApplication,
  { clientVersion, devKeys }: RollupMethodsOptions,
  { clock, timers, random, scheme, committees, vms }: RollupMethodsPorts,
): Promise<Methods> {
  const blocks = new BlockReader(application)
  const { spec } = application
  const { vm, chainId } = spec
  const turns = new Turns({ clock, timers })
  const callVm = await vms.create(vm, chainId)
  const runner = new CallRunner(callVm, turns)
  let creating: Promise<TracedVm> | null = null
  const tracedVm = () => {
    creating ??= vms.createTraced(chainId)
    return creating
  }
  const statuses = new StatusReader(application, committees, timers)
  const transactions = transactionMethods(application, blocks, runner, statuses, devKeys)
  return {
    web3_clientVersion: () => clientVersion,
    web3_sha3: ([data]) => toHex(keccak256(readData(data, 'data'))),
    net_listening: () => true,
    eth_syncing: () => false,
    ...chainMethods(application, blocks),
    ...stateMethods(application, blocks, runner),
    ...feeMethods(application, blocks),
    ...transactions,
    ...(spec.devMethods && { eth_sendUnsignedTransaction: transactions.eth_sendTransaction! }),
    ...filterMethods(application, blocks, { clock, random }),
    ...subscribeMethods(application),
    ...rawMethods(application, blocks),
    ...txpoolMethods(application),
    ...simulateMethods(application, blocks, { turns, vm: callVm, tracedVm }),
    ...debugMethods(application, blocks, { turns, tracedVm }),
    ...(spec.devMethods && devMethods(application, new Instructions(application, timers), clientVersion)),
    ...softMethods(application, blocks, statuses, committees, scheme),
  }
}
