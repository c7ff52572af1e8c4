/** What Beacon blocks cost: executed by the WASM runtime, and in the same run by its twin in TypeScript. */

import type { Action } from '../src/beacon/action-types.ts'
import { ACTIONS_MAX, encodeItems } from '../src/beacon/payload.ts'
import type { Runtime } from '../src/beacon/runtime/runtime.ts'
import { twin } from '../src/beacon/runtime/twin.ts'
import { StateDraft } from '../src/beacon/state-trie.ts'
import { alice, bob, createGenesis, cryptography } from '../test/beacon/fixture.ts'
import { loadShippedRuntime } from '../test/beacon/runtime/shipped.ts'
import { Ledger } from '../test/beacon/transition/ledger.ts'
import { median } from './statistics.ts'
import type { Table } from './table.ts'

const ROUNDS = 31
const STAKING_ACTIONS = 1_000
/** Of code, before it is compiled as well as it can be. */
const WARM_UP = 5

type Wish = (nonce: number) => Action

const transfer: Wish = (nonce) => ({ type: 'transfer', nonce, to: bob.address, amount: 1n })
const delegation: Wish = (nonce) => ({ type: 'delegate', nonce, validator: nonce % 7, amount: 10n ** 12n })
const staking: readonly Wish[] = [
  delegation,
  (nonce) => ({ type: 'undelegate', nonce, validator: nonce % 7, amount: 10n ** 11n }),
  (nonce) => ({ type: 'redelegate', nonce, validator: nonce % 7, to: (nonce + 1) % 7, amount: 10n ** 11n }),
  (nonce) => ({ type: 'claim', nonce, validator: nonce % 7 }),
]

export async function measureRuntime(): Promise<Table[]> {
  const runtime = await loadShippedRuntime()
  const mixed: Wish = (nonce) => staking[nonce % staking.length]!(nonce)
  const half = STAKING_ACTIONS / 2
  const cases: readonly (readonly [name: string, actions: number, wish: Wish, blocks: number])[] = [
    ['an empty block', 0, transfer, 1],
    ['a block of one transfer', 1, transfer, 1],
    [`a block of ${ACTIONS_MAX} transfers`, ACTIONS_MAX, transfer, 1],
    [`a block of ${ACTIONS_MAX} delegations`, ACTIONS_MAX, delegation, 1],
    [`${STAKING_ACTIONS} staking actions of four kinds, in two blocks`, half, mixed, 2],
  ]
  return [
    {
      title: 'The Beacon Layer’s runtime',
      command: 'npm run bench -- runtime',
      columns: ['', 'WASM ms', 'twin ms', 'ratio'],
      rows: cases.map(([name, actions, wish, blocks]) => {
        const [wasmMs, twinMs] = measure([runtime, twin], actions, wish)
        const ratio = wasmMs! / twinMs!
        return [name, (wasmMs! * blocks).toFixed(2), (twinMs! * blocks).toFixed(2), ratio.toFixed(2)]
      }),
      notes: [
        'signatures are recovered in both by the same native code; the aim for the ratio was 1.5',
        'without hashing the state, which costs the same whoever wrote it',
      ],
    },
  ]
}

/** Medians, in turns, of the same block on the same state. */
function measure(runtimes: readonly Runtime[], count: number, wish: Wish): number[] {
  const ledger = new Ledger(createGenesis())
  const actions = Array.from({ length: count }, (_, nonce) => ledger.sign(wish(nonce), alice))
  const input = ledger.input({ actions })
  const block = { ...input, items: encodeItems(input) }
  const times = runtimes.map(() => [] as number[])
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [index, runtime] of runtimes.entries()) {
      const draft = new StateDraft(ledger.trie)
      const host = { get: draft.get.bind(draft), set: draft.set.bind(draft), ...cryptography }
      const startedAt = performance.now()
      runtime.applyBlock(host, block)
      if (round >= 0) times[index]!.push(performance.now() - startedAt)
    }
  }
  return times.map(median)
}
