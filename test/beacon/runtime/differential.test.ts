import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeItems } from '../../../src/beacon/payload.ts'
import { NO_CONTENTS } from '../../../src/beacon/transition.ts'
import { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { TOKEN } from '../fixture.ts'
import { History } from '../staking/history.ts'
import { playground } from '../staking/playground.ts'
import { Ledger } from '../transition/ledger.ts'

const ACTIONS = 100_000
const IN_BLOCK_BELOW = 513
const STRANGE_SHARE = 0.01
/** After this history: what differs is a change of what blocks do, and so another network's. */
const STATE_ROOT = '0xa35d1cd79077c7c14f1959db5c73271c517a180066f9841dc0b250e4994783ea'

test(`the runtime and its twin come to the same over ${ACTIONS} actions, malformed ones among them`, () => {
  const random = new SeededRandom(20_261_124)
  const ledger = new Ledger(playground(1000n * TOKEN))
  const history = new History(ledger, random)
  let offered = 0
  let taken = 0
  while (offered < ACTIONS) {
    const items = encodeItems({ ...NO_CONTENTS, ...history.next(IN_BLOCK_BELOW) })
    const actions = items.actions.map((bytes) =>
      random.chance(STRANGE_SHARE) ? strange(bytes, random) : bytes,
    )
    taken += ledger.compose({ ...items, actions }).taken.actions.length
    offered += actions.length
  }
  assert.ok(taken > ACTIONS / 2, `${taken} were taken`)
  assert.equal(ledger.trie.root, STATE_ROOT)
})

/** Bytes changed, lost or added. */
function strange(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const changed = Buffer.from(bytes)
  for (let left = random.below(3); left >= 0; left--) changed[random.below(bytes.length)] = random.below(256)
  return random.pick([
    changed,
    changed,
    changed.subarray(0, random.below(bytes.length)),
    Buffer.concat([changed, changed]),
  ])
}
