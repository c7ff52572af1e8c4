/** A sequencer votes for two blocks, on a real network and on a simulated one: it is slashed, a reserve takes its seat, and nobody loses a block. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDevnet } from '../../src/testing/index.ts'

interface Validator {
  readonly index: number
  readonly stake: string
  readonly slashed: string
  readonly tombstonedIn: number | null
}

for (const simulated of [true, false]) {
  test(`a ${simulated ? 'simulated' : 'real'} sequencer that votes twice loses its seat`, {
    timeout: 120_000,
  }, async () => {
    // Long epochs: the seat is taken in the middle of one.
    await using devnet = await createDevnet({ simulated, validators: 7, l1: 'none', epochBlocks: 48 })
    const [first] = devnet.rollup().committee
    const offender = first!.validator
    const pay = async () => {
      const sent = await devnet
        .rollup()
        .signer()
        .sendTransaction({ to: devnet.accounts[1]!.address, value: 1n })
      await devnet.waitFor(sent, 'soft')
      return sent.hash
    }
    const hashes = [await pay()]
    await devnet.fault.equivocate(`validator-${offender}`, { rollups: ['app'] })
    while (devnet.rollup().committee.some(({ validator }) => validator === offender)) hashes.push(await pay())
    await devnet.fault.heal()
    hashes.push(await pay())
    await devnet.waitFor(hashes.at(-1)!, 'beacon')
    for (const hash of hashes) assert.equal((await devnet.trace(hash)).rung, 'beacon')
    const { signers } = await devnet.trace(hashes[0]!)
    assert.deepEqual(
      signers.filter(({ tombstoned }) => tombstoned).map(({ validator }) => validator),
      [offender],
    )
    const validators = await devnet.beacon.request<Validator[]>({ method: 'beacon_getValidators' })
    for (const { index, stake, slashed, tombstonedIn } of validators) {
      assert.equal(tombstonedIn, index === offender ? 0 : null)
      const before = BigInt(stake) + BigInt(slashed)
      assert.equal(BigInt(slashed), index === offender ? (before + 19n) / 20n : 0n)
    }
  })
}
