/** The same transactions through the EVM in WASM and through @ethereumjs/evm: everything that a block would hold of them must be equal. */

import { SeededRandom } from '../../src/platform/simulated/random.ts'
import { type Hex, toHex } from '../../src/primitives/bytes.ts'
import { executeTransaction } from '../../src/rollup/executor.ts'
import { EMPTY_ACCOUNT } from '../../src/rollup/state/account.ts'
import { StateJournal } from '../../src/rollup/state/journal.ts'
import { StateVersion } from '../../src/rollup/state/version.ts'
import { createEthereumjsVm } from '../../src/rollup/vm/ethereumjs.ts'
import type { BlockContext, Vm } from '../../src/rollup/vm/vm.ts'
import { createWasmVm } from '../../src/rollup/vm/wasm/vm.ts'
import { drawTransaction, drawWorld, SENDER, type World } from './programs.ts'
import { loadShippedEvm } from './shipped-evm.ts'

const CHAIN_ID = 7_700_001
const TRANSACTIONS = 3
const BLOCK: BlockContext = {
  number: 300,
  timestamp: 1_700_000_000,
  beneficiary: `0x${'bb'.repeat(20)}`,
  gasLimit: 30_000_000,
  baseFeePerGas: 7n,
  prevRandao: `0x${'5e'.repeat(32)}`,
}

export interface Differential {
  /** Null if both agree, else what differs. */
  compare(seed: number): Promise<string | null>
  /** Ends of messages so far, by their kind. */
  readonly ends: ReadonlyMap<string, number>
}

export async function createDifferential(): Promise<Differential> {
  const ours = await createWasmVm(await loadShippedEvm(), { chainId: CHAIN_ID, fork: 'prague' })
  const theirs = await createEthereumjsVm(CHAIN_ID)
  const ends = new Map<string, number>()
  return {
    ends,
    compare: async (seed) => {
      const results = []
      for (const vm of [ours, theirs]) {
        const random = new SeededRandom(seed)
        const count = (end: string) => vm === ours && ends.set(end, (ends.get(end) ?? 0) + 1)
        results.push(await runHistory(vm, drawWorld(random), random, count))
      }
      const [a, b] = results as [string[], string[]]
      const at = a.findIndex((line, i) => line !== b[i])
      return at < 0 ? null : `seed ${seed}, transaction ${at}:\n  wasm       ${a[at]}\n  ethereumjs ${b[at]}`
    },
  }
}

/** A line for each transaction, and one for the state at the end. */
async function runHistory(
  vm: Vm,
  world: World,
  random: SeededRandom,
  onEnd: (end: string) => void,
): Promise<string[]> {
  const before = stateOf(world)
  const journal = new StateJournal(before)
  const lines: string[] = []
  for (let nonce = 0; nonce < TRANSACTIONS; nonce++) {
    const outcome = await executeTransaction(vm, journal, BLOCK, { ...drawTransaction(random), nonce })
    journal.endTransaction()
    const { error, gasUsed, gasRefund, output, logs, createdAddress, destroyed } = outcome
    onEnd(error ?? 'success')
    // Why it failed has other names there; what it leaves is gas and output.
    lines.push(
      `${error === null ? 'success' : 'failure'} gas=${gasUsed} refund=${error === null ? gasRefund : 0} output=${toHex(output)} ` +
        `created=${createdAddress} destroyed=${[...destroyed].sort()} logs=${logs.map(({ address, topics, data }) => `${address}:${topics}:${toHex(data)}`)}`,
    )
  }
  lines.push(`root=${before.derive(journal.diff()).root}`)
  return lines
}

function stateOf({ code, balances, storage }: World): StateVersion {
  const journal = new StateJournal(StateVersion.empty())
  const addresses = new Set<Hex>([SENDER, ...code.keys(), ...balances.keys()])
  for (const address of addresses) {
    // Contracts have a nonce; the sender's is that of its first transaction.
    const nonce = code.has(address) ? 1n : 0n
    journal.setAccount(address, { ...EMPTY_ACCOUNT, nonce, balance: balances.get(address) ?? 0n })
    journal.setCode(address, code.get(address) ?? new Uint8Array(0))
    for (const [slot, value] of storage.get(address) ?? []) journal.setStorage(address, slot, value)
  }
  return StateVersion.empty().derive(journal.diff())
}
