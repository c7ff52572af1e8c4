import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { createTxFromRLP } from '@ethereumjs/tx'
import { HDNodeWallet, type TransactionLike } from 'ethers'
import { fromHex, toHex } from '../../src/primitives/bytes.ts'
import { DecodeError } from '../../src/primitives/codec.ts'
import { decodeRlp, encodeRlp, type RlpItem } from '../../src/primitives/rlp.ts'
import { computeIntrinsicGas } from '../../src/rollup/gas.ts'
import { decodeTransaction } from '../../src/rollup/transaction.ts'
import { CHAIN_ID, DEV_MNEMONIC } from './local-rollup.ts'

const wallet = HDNodeWallet.fromPhrase(DEV_MNEMONIC)
const to = `0x${'ab'.repeat(20)}`
const accessList = [{ address: to, storageKeys: [`0x${'01'.repeat(32)}`, `0x${'02'.repeat(32)}`] }]
const common = createCustomCommon({ chainId: CHAIN_ID, name: 'test' }, Mainnet, { hardfork: Hardfork.Prague })
const fees = { maxFeePerGas: 3n * 10n ** 9n, maxPriorityFeePerGas: 10n ** 9n }

const samples: Record<string, TransactionLike> = {
  legacy: { type: 0, gasPrice: 10n ** 9n, to, value: 1n, data: '0x00ff00ff' },
  'legacy creation': { type: 0, gasPrice: 10n ** 9n, data: '0x600a600c600039600a6000f3602a60005260206000f3' },
  'with an access list': { type: 1, gasPrice: 10n ** 9n, to, accessList },
  'with a fee cap': { type: 2, ...fees, to, value: 10n ** 18n, accessList, data: `0x${'00'.repeat(300)}` },
}

async function sign(fields: TransactionLike): Promise<Uint8Array> {
  return fromHex(await wallet.signTransaction({ chainId: CHAIN_ID, nonce: 7, gasLimit: 100_000, ...fields }))
}

/** `raw` with one field of its list replaced. */
function withField(raw: Uint8Array, index: number, value: Uint8Array): Uint8Array {
  const isTyped = raw[0]! < 0xc0
  const fields = [...(decodeRlp(isTyped ? raw.subarray(1) : raw) as RlpItem[])]
  fields[index] = value
  const encoded = encodeRlp(fields)
  return isTyped ? Uint8Array.of(raw[0]!, ...encoded) : encoded
}

describe('a signed transaction', () => {
  for (const [name, fields] of Object.entries(samples)) {
    test(`${name} decodes as @ethereumjs/tx decodes it`, async () => {
      const raw = await sign(fields)
      const decoded = decodeTransaction(raw, CHAIN_ID)
      const expected = createTxFromRLP(raw, { common })
      assert.equal(decoded.hash, toHex(expected.hash()))
      assert.equal(decoded.from, expected.getSenderAddress().toString())
      assert.equal(decoded.from, wallet.address.toLowerCase())
      assert.equal(BigInt(decoded.nonce), expected.nonce)
      assert.equal(BigInt(decoded.gasLimit), expected.gasLimit)
      assert.equal(decoded.value, expected.value)
      assert.deepEqual(decoded.data, expected.data)
      assert.equal(decoded.to, expected.to?.toString() ?? null)
      assert.equal(BigInt(computeIntrinsicGas(decoded).base), expected.getIntrinsicGas())
    })
  }

  test('with authorizations decodes, and the authority is whoever signed', async () => {
    const authorization = await wallet.authorize({ address: to, nonce: 3, chainId: CHAIN_ID })
    const raw = await sign({ type: 4, ...fees, to, authorizationList: [authorization] })
    const decoded = decodeTransaction(raw, CHAIN_ID)
    assert.equal(decoded.authorizations[0]!.authority, wallet.address.toLowerCase())
    assert.equal(decoded.authorizations[0]!.nonce, 3n)
    assert.equal(
      BigInt(computeIntrinsicGas(decoded).base),
      createTxFromRLP(raw, { common }).getIntrinsicGas(),
    )
  })

  test('an authorization for another chain has no authority, and the transaction stays valid', async () => {
    const authorization = await wallet.authorize({ address: to, nonce: 3, chainId: CHAIN_ID + 1 })
    const raw = await sign({ type: 4, ...fees, to, authorizationList: [authorization] })
    assert.equal(decodeTransaction(raw, CHAIN_ID).authorizations[0]!.authority, null)
  })

  const refusals: [string, () => Promise<Uint8Array>, RegExp][] = [
    ['without replay protection', () => sign({ type: 0, chainId: 0n, gasPrice: 1n, to }), /replay-protected/],
    ['for another chain', () => sign({ type: 2, chainId: 1, ...fees, to }), /invalid chain id/],
    ['legacy for another chain', () => sign({ type: 0, chainId: 1, gasPrice: 1n, to }), /invalid chain id/],
    ['of the blob type', async () => Uint8Array.of(3, 0xc0), /no blob space/],
    ['of an unknown type', async () => Uint8Array.of(5, 0xc0), /not supported/],
    ['that is empty', async () => new Uint8Array(0), /empty/],
    ['that is oversized', async () => new Uint8Array(200_000), /oversized data/],
    [
      'with trailing bytes',
      async () => Uint8Array.of(...(await sign(samples['with a fee cap']!)), 0),
      /after the RLP item/,
    ],
    [
      'with a padded nonce',
      async () => withField(await sign(samples.legacy!), 0, Uint8Array.of(0, 7)),
      /leading zeros/,
    ],
    [
      'with a nonce beyond 2^53',
      async () => withField(await sign(samples.legacy!), 0, new Uint8Array(8).fill(255)),
      /nonce too high/,
    ],
    [
      'to an address of 19 bytes',
      async () => withField(await sign(samples.legacy!), 3, new Uint8Array(19)),
      /expected 20 bytes/,
    ],
    [
      'with r of zero',
      async () => withField(await sign(samples['with a fee cap']!), 10, new Uint8Array(0)),
      /v, r, s/,
    ],
    [
      'with the high s of the two',
      async () => {
        const raw = await sign(samples['with a fee cap']!)
        const { s } = decodeTransaction(raw, CHAIN_ID)
        const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
        return withField(raw, 11, fromHex(`0x${(order - s).toString(16).padStart(64, '0')}`))
      },
      /v, r, s/,
    ],
  ]
  for (const [name, make, message] of refusals) {
    test(`${name} is refused`, async () => {
      const raw = await make()
      assert.throws(
        () => decodeTransaction(raw, CHAIN_ID),
        (error) => error instanceof DecodeError && message.test(error.message),
      )
    })
  }

  test('with any one bit flipped decodes to another sender or hash, or throws DecodeError', async () => {
    const raw = await sign(samples['with a fee cap']!)
    const { hash } = decodeTransaction(raw, CHAIN_ID)
    for (let bit = 0; bit < raw.length * 8; bit += 5) {
      const flipped = raw.slice()
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      try {
        assert.notEqual(decodeTransaction(flipped, CHAIN_ID).hash, hash)
      } catch (error) {
        assert.ok(error instanceof DecodeError, String(error))
      }
    }
  })
})
