/** What executing a Beacon block costs by the runtime, beside its twin in TypeScript: an empty one, and full ones. Signatures included. */

import type { Action } from '../src/beacon/action-types.ts'
import type { SignedAction } from '../src/beacon/actions.ts'
import type { BeaconGenesis } from '../src/beacon/genesis.ts'
import { ACTIONS_MAX, encodeItems } from '../src/beacon/payload.ts'
import type { Runtime, RuntimeInput } from '../src/beacon/runtime/runtime.ts'
import { twin } from '../src/beacon/runtime/twin.ts'
import { StateDraft } from '../src/beacon/state-trie.ts'
import { accountOf, bob, createGenesis, cryptography, TOKEN } from '../test/beacon/fixture.ts'
import { loadShippedRuntime } from '../test/beacon/runtime/shipped.ts'
import { Ledger } from '../test/beacon/transition/ledger.ts'
import { cpuMs } from './cpu-time.ts'
import { median } from './statistics.ts'
import type { Table } from './table.ts'

const ROUNDS = 15
/** Within a round. */
const EMPTY_RUNS = 50
const ROOT_RUNS = 100
const STAKING_ACTIONS = 1_000
const VALIDATORS = 7
const stakers = Array.from({ length: 64 }, (_, i) => accountOf(`staker ${i}`))

interface Work {
  readonly label: string
  /** How many the blocks hold in all. */
  readonly actions: number
  /** Executed one after the other, from the same state each time. */
  readonly blocks: readonly Prepared[]
}

/** A block, and the state before it. */
interface Prepared {
  readonly input: RuntimeInput
  readonly trie: Ledger['trie']
}

export async function measureStaking(): Promise<Table[]> {
  const wasm = await loadShippedRuntime()
  return [
    {
      title: 'Blocks of the Beacon Layer',
      command: 'npm run bench -- staking',
      columns: ['', 'runtime (WASM) ms', 'twin ms', 'ratio', 'runtime ms an action', 'state root ms'],
      rows: works().map((work) => measureWork(work, wasm)),
      notes: [
        `CPU time of one thread: median of ${ROUNDS}, interleaved, each on the same state; ${VALIDATORS} validators, no rollups`,
        `a block holds at most ${ACTIONS_MAX} actions, so ${STAKING_ACTIONS} of them are two blocks`,
        `staking actions are from ${stakers.length} accounts: half delegations, a quarter each taken out and moved to another validator`,
        'signature recovery is native, the same for both; validators run the runtime, simulations the twin',
      ],
    },
  ]
}

function measureWork({ label, actions, blocks }: Work, wasm: Runtime): (string | number)[] {
  const times: { readonly wasm: number; readonly twin: number }[] = []
  const runs = actions === 0 ? EMPTY_RUNS : 1
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    times.push({ wasm: executeMs(blocks, wasm, runs), twin: executeMs(blocks, twin, runs) })
  }
  const wasmMs = median(times.slice(1).map((time) => time.wasm))
  const twinMs = median(times.slice(1).map((time) => time.twin))
  return [
    label,
    wasmMs.toFixed(1),
    twinMs.toFixed(1),
    (wasmMs / twinMs).toFixed(2),
    actions === 0 ? '' : (wasmMs / actions).toFixed(3),
    sum(blocks.map(rootMs)).toFixed(2),
  ]
}

function executeMs(blocks: readonly Prepared[], runtime: Runtime, runs: number): number {
  return sum(
    blocks.map(({ trie, input }) => cpuMs(runs, () => applyTo(new StateDraft(trie), input, runtime))),
  )
}

/** Of making the trie of the next state, and its root. */
function rootMs({ trie, input }: Prepared): number {
  const draft = new StateDraft(trie)
  applyTo(draft, input, twin)
  return cpuMs(ROOT_RUNS, () => draft.finish().root)
}

function applyTo(draft: StateDraft, input: RuntimeInput, runtime: Runtime): void {
  const host = { get: draft.get.bind(draft), set: draft.set.bind(draft), ...cryptography }
  if (!runtime.applyBlock(host, input).ok) throw new Error('a block of the benchmark is invalid')
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function works(): Work[] {
  const transfer = (_: number, nonce: number): Action => ({
    type: 'transfer',
    nonce,
    to: bob.address,
    amount: 1n,
  })
  const delegate = (staker: number, nonce: number): Action => ({
    type: 'delegate',
    nonce,
    validator: staker % VALIDATORS,
    amount: TOKEN,
  })
  return [
    prepare('an empty block', [0], transfer),
    prepare(`a block of ${ACTIONS_MAX} transfers`, [ACTIONS_MAX], transfer),
    prepare(`a block of ${ACTIONS_MAX} delegations`, [ACTIONS_MAX], delegate),
    prepare(
      `two blocks, of ${STAKING_ACTIONS} staking actions`,
      [ACTIONS_MAX, STAKING_ACTIONS - ACTIONS_MAX],
      stakingAction,
    ),
  ]
}

function stakingAction(staker: number, nonce: number): Action {
  const validator = staker % VALIDATORS
  const amount = TOKEN / 8n
  // Whoever has something from one validator takes nothing from another for some epochs.
  const to = (validator + 1 + Math.floor(nonce / 4)) % VALIDATORS
  if (nonce % 4 === 2) return { type: 'undelegate', nonce, validator, amount }
  if (nonce % 4 === 3) return { type: 'redelegate', nonce, validator, to, amount }
  return { type: 'delegate', nonce, validator, amount: TOKEN }
}

/** Blocks of so many actions each, by all stakers in turn. Throws if one is refused. */
function prepare(
  label: string,
  counts: readonly number[],
  actionOf: (staker: number, nonce: number) => Action,
): Work {
  const ledger = new Ledger(genesis())
  let made = 0
  const blocks = counts.map((count): Prepared => {
    const actions = Array.from({ length: count }, (): SignedAction => {
      const staker = made % stakers.length
      const action = actionOf(staker, Math.floor(made++ / stakers.length))
      return ledger.sign(action, stakers[staker]!)
    })
    const input = ledger.input({ actions })
    const prepared = { input: { ...input, items: encodeItems(input) }, trie: ledger.trie }
    const refused = ledger.apply({ actions }).receipts.find(({ refusal }) => refusal !== null)
    if (refused !== undefined) throw new Error(`${label}: ${refused.refusal}`)
    return prepared
  })
  return { label, actions: made, blocks }
}

function genesis(): BeaconGenesis {
  const accounts = stakers.map(({ address }) => ({ address, balance: 1_000n * TOKEN }))
  return { ...createGenesis(), accounts }
}
