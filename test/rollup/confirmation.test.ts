import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { HDNodeWallet } from 'ethers'
import type { Block } from '../../src/consensus/block.ts'
import { createCommittee } from '../../src/consensus/committee.ts'
import { createPortableBlsScheme } from '../../src/platform/bls-portable.ts'
import { fromHex } from '../../src/primitives/bytes.ts'
import { DecodeError } from '../../src/primitives/codec.ts'
import { view } from '../../src/primitives/ids.ts'
import { decodeBatch, encodeBatch, nextBatch } from '../../src/rollup/batcher.ts'
import { confirmBlock } from '../../src/rollup/confirm.ts'
import { type SoftConfirmation, verifyConfirmation } from '../../src/rollup/confirmation.ts'
import { confirmationFromJson, confirmationToJson } from '../../src/rollup/confirmation-json.ts'
import {
  CHAIN_ID,
  certify,
  committee,
  createLocalRollup,
  DEV_MNEMONIC,
  INSTANCE,
  type LocalRollup,
  NETWORK,
  propose,
  scheme,
} from './local-rollup.ts'

const wallet = HDNodeWallet.fromPhrase(DEV_MNEMONIC)

/** Blocks 1 to 4, of which 1 and 4 have certificates of their own; two transactions in block 2. */
async function chainOfFour(): Promise<{ local: LocalRollup; blocks: Block[] }> {
  const local = await createLocalRollup()
  const { application } = local
  const blocks = [await propose(local, application.genesis)]
  await application.commit([blocks[0]!], certify(blocks[0]!))
  for (const nonce of [0, 1]) {
    const fields = {
      type: 0,
      chainId: CHAIN_ID,
      nonce,
      gasPrice: 10n ** 10n,
      gasLimit: 21_000,
      to: wallet.address,
    }
    application.submit(fromHex(await wallet.signTransaction(fields)))
  }
  for (let round = 0; round < 3; round++) blocks.push(await propose(local, blocks.at(-1)!))
  await application.commit(blocks.slice(1), certify(blocks[3]!))
  return { local, blocks }
}

describe('a soft confirmation', () => {
  let local: LocalRollup
  let blocks: Block[]
  let confirmation: SoftConfirmation

  before(async () => {
    ;({ local, blocks } = await chainOfFour())
    confirmation = confirmBlock(local.application.chain, CHAIN_ID, 2, 1)!
  })

  const flawOf = (changed: Partial<SoftConfirmation>) => {
    const verdict = verifyConfirmation({ ...confirmation, ...changed }, committee, scheme)
    return verdict.ok ? null : verdict.flaw
  }

  test('of an ancestor of the certified block holds by the headers in between', () => {
    assert.equal(confirmation.descendants.length, 2)
    const verdict = verifyConfirmation(confirmation, committee, createPortableBlsScheme())
    assert.ok(verdict.ok)
    assert.equal(verdict.digest, blocks[1]!.digest)
    assert.equal(verdict.transaction, local.application.chain.blockAt(2)!.transactions[1]!.hash)
    assert.deepEqual(verdict.signers, [0, 1, 2, 3])
  })

  test('survives its JSON, in which nothing readable can be changed', () => {
    const json = JSON.parse(JSON.stringify(confirmationToJson(confirmation)))
    assert.deepEqual(confirmationFromJson(json), confirmation)
    for (const key of Object.keys(json.block)) {
      assert.throws(
        () => confirmationFromJson({ ...json, block: { ...json.block, [key]: 5 } }),
        DecodeError,
        key,
      )
    }
    for (const noise of [null, 5, [], {}, { ...json, header: '0x00' }, { ...json, descendants: 'x' }]) {
      assert.throws(() => confirmationFromJson(noise), DecodeError)
    }
  })

  test('does not exist of genesis, nor of a block that is not final', () => {
    assert.equal(confirmBlock(local.application.chain, CHAIN_ID, 0), null)
    assert.equal(confirmBlock(local.application.chain, CHAIN_ID, 5), null)
  })

  test('names its flaw', () => {
    const { header, certificate, transaction, descendants } = confirmation
    assert.equal(flawOf({}), null)
    assert.equal(flawOf({ justification: new Uint8Array(3) }), 'payload-root')
    assert.equal(flawOf({ ethereumHeader: new Uint8Array(3) }), 'payload-root')
    assert.equal(flawOf({ header: { ...header, instance: { ...INSTANCE, sub: 1 } } }), 'other-instance')
    assert.equal(flawOf({ header: { ...header, stateRoot: header.parent } }), 'headers-disagree')
    assert.equal(flawOf({ header: { ...header, view: view(99) } }), 'broken-chain')
    assert.equal(flawOf({ descendants: descendants.slice(1) }), 'broken-chain')
    assert.equal(flawOf({ descendants: descendants.slice(0, 1) }), 'not-certified')
    assert.equal(flawOf({ certificate: { ...certificate, kind: 'N' } }), 'not-certified')
    assert.equal(flawOf({ certificate: { ...certificate, bitmap: Uint8Array.of(0xff) } }), 'malformed-bitmap')
    assert.equal(flawOf({ certificate: certify(blocks[3]!, [0, 1, 2]) }), 'no-quorum-or-bad-signature')
    const claimed = { ...certify(blocks[3]!, [0, 1, 2]), bitmap: certificate.bitmap }
    assert.equal(flawOf({ certificate: claimed }), 'no-quorum-or-bad-signature')
    assert.equal(flawOf({ transaction: { ...transaction!, index: 0 } }), 'transaction-not-included')
    assert.equal(
      flawOf({ transaction: { ...transaction!, raw: Uint8Array.of(1) } }),
      'transaction-not-included',
    )
    assert.equal(flawOf({ transaction: { ...transaction!, proof: [] } }), 'transaction-not-included')
  })

  test('is void under another fork of the network', () => {
    const other = createCommittee({ ...NETWORK, forks: [{ id: 1, after: [] }] }, INSTANCE, committee.members)
    const verdict = verifyConfirmation(confirmation, other, scheme)
    assert.deepEqual(verdict, { ok: false, flaw: 'no-quorum-or-bad-signature' })
  })
})

describe('a batch', () => {
  test('carries consecutive blocks up to one with a certificate of its own, and rebuilds the rollup', async () => {
    const { local, blocks } = await chainOfFour()
    const { store } = local.application.chain
    const batch = nextBatch(store, INSTANCE.rollup, 0, 100)!
    assert.deepEqual(
      batch.blocks.map(({ digest }) => digest),
      blocks.map(({ digest }) => digest),
    )
    const decoded = decodeBatch(encodeBatch(batch))
    assert.deepEqual(decoded, batch)
    const rebuilt = await createLocalRollup()
    rebuilt.beacon.newest = 1000
    await rebuilt.application.commit(decoded.blocks, decoded.certificate)
    assert.equal(rebuilt.application.chain.head.state.root, local.application.chain.head.state.root)
    assert.equal(nextBatch(store, INSTANCE.rollup, 4, 100), null)
  })

  test('ends earlier when it would grow too large, but takes one stretch at least', async () => {
    const { local } = await chainOfFour()
    const { store } = local.application.chain
    assert.equal(nextBatch(store, INSTANCE.rollup, 0, 100, 1_500)!.blocks.length, 1)
    assert.equal(nextBatch(store, INSTANCE.rollup, 1, 100, 100)!.blocks.length, 3)
    assert.equal(
      nextBatch(store, INSTANCE.rollup, 0, 3)!.blocks.length,
      1,
      'no stretch beyond the given height',
    )
    assert.equal(nextBatch(store, INSTANCE.rollup, 0, 0), null)
  })

  test('is refused if its blocks do not follow, are of another rollup or not certified', async () => {
    const { local } = await chainOfFour()
    const batch = nextBatch(local.application.chain.store, INSTANCE.rollup, 0, 100)!
    const gap = { ...batch, blocks: [batch.blocks[0]!, batch.blocks[3]!] }
    const uncertified = { ...batch, blocks: batch.blocks.slice(0, 2) }
    const foreign = encodeBatch({ ...batch, rollup: (INSTANCE.rollup + 1) as typeof INSTANCE.rollup })
    for (const bytes of [
      encodeBatch(gap),
      encodeBatch(uncertified),
      foreign,
      encodeBatch(batch).slice(0, -1),
    ]) {
      assert.throws(() => decodeBatch(bytes), DecodeError)
    }
  })
})
