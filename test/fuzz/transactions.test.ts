import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HDNodeWallet } from 'ethers'
import fc from 'fast-check'
import { type Block, createBlock } from '../../src/consensus/block.ts'
import { recoverAddress, sign } from '../../src/platform/secp256k1.ts'
import { bigintToMinimalBytes, concatBytes, equalBytes, fromHex, toHex } from '../../src/primitives/bytes.ts'
import { keccak256 } from '../../src/primitives/hash.ts'
import { encodeRlp, type RlpItem } from '../../src/primitives/rlp.ts'
import { decodeBody, encodeBody } from '../../src/rollup/body.ts'
import { decodeEthereumHeader, encodeEthereumHeader } from '../../src/rollup/header.ts'
import { decodeStoredReceipts, encodeStoredReceipts } from '../../src/rollup/receipt.ts'
import { decodeTransaction } from '../../src/rollup/transaction.ts'
import { header as anyHeader } from '../consensus/arbitraries.ts'
import { CHAIN_ID, createLocalRollup, DEV_MNEMONIC, mine, propose } from '../rollup/local-rollup.ts'
import { bytesOf, mutated, strange } from './bytes.ts'
import { decodedOrRefused, fuzz, measured } from './support.ts'

const wallet = HDNodeWallet.fromPhrase(DEV_MNEMONIC)
const key = fromHex(wallet.privateKey)
const TYPES = [0, 1, 2, 3, 4] as const

const word = fc.oneof(
  fc.constantFrom(0n, 1n, 27n, 28n, 2n ** 64n - 1n, 2n ** 256n - 1n),
  fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
)
const gas = fc.oneof(fc.constantFrom(0n, 21_000n, 100_000n, 30_000_000n, 2n ** 53n), word)
const fee = fc.oneof(fc.constantFrom(0n, 10n ** 9n, 2n * 10n ** 9n), word)
const to = fc.oneof(
  fc.constant(new Uint8Array(0)),
  bytesOf(20),
  fc.integer({ min: 1, max: 0x12 }).map((n) => new Uint8Array(20).fill(n, 19)),
)
const data = fc.oneof(
  { arbitrary: fc.uint8Array({ maxLength: 64 }), weight: 20 },
  fc.integer({ min: 0, max: 60_000 }).map((length) => new Uint8Array(length).fill(0x5b)),
)
const accessList = fc.array(fc.tuple(bytesOf(20), fc.array(bytesOf(32), { maxLength: 3 })), { maxLength: 3 })
const authorization = fc
  .tuple(
    fc.constantFrom(0n, BigInt(CHAIN_ID), 1n),
    bytesOf(20),
    fc.oneof(fc.constant(0n), word),
    fc.boolean(),
    word,
    word,
  )
  .map(([chainId, address, nonce, isSigned, r, s]): RlpItem => {
    const tuple = [bigintToMinimalBytes(chainId), address, bigintToMinimalBytes(nonce)]
    const signature = isSigned
      ? sign(keccak256(Uint8Array.of(5), encodeRlp(tuple)), key)
      : { yParity: 1, r, s }
    return [...tuple, ...[BigInt(signature.yParity), signature.r, signature.s].map(bigintToMinimalBytes)]
  })

/** Of every type, well signed for this chain, whatever else it says. */
const signed: fc.Arbitrary<Uint8Array> = fc
  .record({
    type: fc.constantFrom(...TYPES),
    nonce: fc.oneof({ arbitrary: fc.nat(3).map(BigInt), weight: 3 }, word),
    tip: fee,
    cap: fee,
    gas,
    to,
    value: fc.oneof(fc.constantFrom(0n, 1n, 10n ** 18n), word),
    data,
    accessList,
    authorizations: fc.array(authorization, { maxLength: 3 }),
    blobHashes: fc.array(bytesOf(32), { maxLength: 2 }),
  })
  .map((fields) => signedTransaction(fields))

interface Fields {
  type: (typeof TYPES)[number]
  nonce: bigint
  tip: bigint
  cap: bigint
  gas: bigint
  to: Uint8Array
  value: bigint
  data: Uint8Array
  accessList: readonly [Uint8Array, Uint8Array[]][]
  authorizations: readonly RlpItem[]
  blobHashes: readonly Uint8Array[]
}

function signedTransaction({ type, ...fields }: Fields): Uint8Array {
  const integers = (...values: bigint[]) => values.map(bigintToMinimalBytes)
  const prices = type >= 2 ? [fields.tip, fields.cap] : [fields.cap]
  const common = [
    ...integers(fields.nonce, ...prices, fields.gas),
    fields.to,
    ...integers(fields.value),
    fields.data,
  ]
  if (type === 0) {
    const { r, s, yParity } = sign(
      keccak256(encodeRlp([...common, ...integers(BigInt(CHAIN_ID), 0n, 0n)])),
      key,
    )
    return encodeRlp([...common, ...integers(BigInt(yParity + 35 + 2 * CHAIN_ID), r, s)])
  }
  const unsigned: RlpItem[] = [...integers(BigInt(CHAIN_ID)), ...common, fields.accessList]
  if (type === 3) unsigned.push(...integers(fields.cap), fields.blobHashes)
  if (type === 4) unsigned.push(fields.authorizations)
  const prefix = Uint8Array.of(type)
  const { r, s, yParity } = sign(keccak256(prefix, encodeRlp(unsigned)), key)
  return concatBytes(prefix, encodeRlp([...unsigned, ...integers(BigInt(yParity), r, s)]))
}

// Whatever awaits stands before all tests: the runner exits when those that it knows are over.
const ethereumHeader = (await createLocalRollup()).application.chain.head.header
const mining = await createLocalRollup()
const idle = await createLocalRollup()
const block = await propose(idle, idle.application.chain.head.block)

fuzz(
  'a transaction of any type, whole or changed, is decoded as what was signed or refused',
  2_000,
  fc.property(strange(signed), (raw) => {
    const transaction = decodedOrRefused((bytes: Uint8Array) => decodeTransaction(bytes, CHAIN_ID), raw)
    if (transaction === null) return
    assert.equal(transaction.hash, toHex(keccak256(raw)))
    assert.ok(Number.isSafeInteger(transaction.nonce + 1) && Number.isSafeInteger(transaction.gasLimit))
  }),
)

test('every type but that of blobs is decoded at all', () => {
  const none = {
    accessList: [],
    authorizations: [],
    blobHashes: [],
    data: new Uint8Array(0),
    to: new Uint8Array(20),
  }
  const fields = { ...none, nonce: 0n, tip: 1n, cap: 2n, gas: 21_000n, value: 0n }
  const tuple = [bigintToMinimalBytes(0n), new Uint8Array(20), ...Array(4).fill(Uint8Array.of(1))]
  for (const type of [0, 1, 2, 4] as const) {
    const raw = signedTransaction({ ...fields, type, authorizations: [tuple] })
    assert.equal(decodeTransaction(raw, CHAIN_ID).from, wallet.address.toLowerCase())
  }
})

fuzz(
  'an Ethereum header that is accepted is the one encoding of what it says',
  1_000,
  fc.property(strange(fc.constant(encodeEthereumHeader(ethereumHeader))), (bytes) => {
    const decoded = decodedOrRefused(decodeEthereumHeader, bytes)
    if (decoded !== null) assert.deepEqual(encodeEthereumHeader(decoded), bytes)
  }),
)

fuzz(
  'the body of a rollup block that is accepted is the one encoding of what it says',
  1_000,
  fc.property(strange(fc.array(signed, { maxLength: 3 }).map(encodeBody)), (bytes) => {
    const decoded = decodedOrRefused(decodeBody, bytes)
    if (decoded !== null) assert.deepEqual(encodeBody(decoded), bytes)
  }),
)

const log = fc
  .tuple(bytesOf(20), fc.array(bytesOf(32), { maxLength: 4 }), fc.uint8Array({ maxLength: 40 }))
  .map(([address, topics, logData]) => ({
    address: toHex(address),
    topics: topics.map(toHex),
    data: logData,
  }))
const receipts = fc.array(
  fc.record({
    type: fc.constantFrom(0, 1, 2, 4),
    succeeded: fc.boolean(),
    gasUsed: fc.nat(30_000_000),
    cumulativeGasUsed: fc.constant(0),
    logs: fc.array(log, { maxLength: 2 }),
    logsBloom: fc.constant(new Uint8Array(256)),
    contractAddress: fc.option(bytesOf(20).map(toHex)),
  }),
  { maxLength: 3 },
)

fuzz(
  'stored receipts that are accepted are the one encoding of what they say',
  1_000,
  fc.property(
    strange(receipts.map((all) => encodeStoredReceipts(all as Parameters<typeof encodeStoredReceipts>[0]))),
    (bytes) => {
      const decoded = decodedOrRefused(decodeStoredReceipts, bytes)
      if (decoded !== null) assert.deepEqual(encodeStoredReceipts(decoded), bytes)
    },
  ),
)

fuzz(
  'a signature with any numbers in it is of an account or of none',
  500,
  fc.property(bytesOf(32), word, word, fc.integer({ min: -1, max: 4 }), (hash, r, s, yParity) => {
    const address = measured(() => recoverAddress(hash, { r, s, yParity }))
    assert.ok(address === null || /^0x[0-9a-f]{40}$/.test(address))
  }),
)

fuzz(
  'a rollup takes transactions into its pool or says why not, and mines what it took',
  25,
  fc.asyncProperty(fc.array(strange(signed), { minLength: 1, maxLength: 20, size: 'max' }), async (sent) => {
    for (const raw of sent) {
      const { hash, refusal } = measured(() => mining.application.submit(raw))
      assert.ok(hash !== null || refusal !== null)
    }
    const block = await mine(mining)
    assert.equal(mining.application.chain.head.hash, toHex(keccak256(block.appHeader)))
  }),
)

fuzz(
  'a rollup finds a block with anything in it valid or not, and never fails',
  100,
  fc.asyncProperty(
    fc.array(strange(signed), { maxLength: 4 }),
    mutated(fc.constant(block.appHeader)),
    anyHeader,
    async (transactions, appHeader, { time, beaconRef, proposer }) => {
      const { application } = idle
      const parent = application.chain.head.block
      const isValid = (fields: Partial<Block>, isCertified = false) =>
        application.verify(createBlock({ ...block, ...fields }), parent, isCertified)
      assert.equal(await isValid({ appBody: encodeBody(transactions) }), transactions.length === 0)
      assert.equal(await isValid({ appHeader }), equalBytes(appHeader, block.appHeader))
      const header = { ...block.header, time, beaconRef, proposer }
      assert.equal(await isValid({ header }), false)
      assert.equal(await isValid({ header }, true), false)
    },
  ),
)
