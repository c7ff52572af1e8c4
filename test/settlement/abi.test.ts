import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Interface } from 'ethers'
import { toHex } from '../../src/primitives/bytes.ts'
import { DecodeError } from '../../src/primitives/codec.ts'
import { rollupId } from '../../src/primitives/ids.ts'
import type { RpcClient } from '../../src/rpc/client.ts'
import { decodeWords, encodeCall, topicOf, wordToNumber } from '../../src/settlement/abi.ts'
import { ROLLUP_INBOX } from '../../src/settlement/artifacts/rollup-inbox.ts'
import { decodePosting, encodePostBatch, fetchInboxHead } from '../../src/settlement/inbox.ts'
import { L1Client, type L1Log } from '../../src/settlement/l1-client.ts'
import { createBatch } from './batches.ts'

const inbox = new Interface(ROLLUP_INBOX.abi)

test('a batch is encoded as ethers encodes it, whatever the lengths of its byte strings', () => {
  for (const length of [0, 1, 31, 32, 33, 1000]) {
    const batch = {
      ...createBatch(rollupId(3), 4, 9, length),
      certificate: new Uint8Array(length + 1).fill(7),
    }
    const header = [
      batch.rollup,
      batch.firstHeight,
      batch.lastHeight,
      batch.parentDigest,
      batch.lastDigest,
      batch.lastBlockHash,
      batch.stateRoot,
      batch.beacon.height,
      batch.beacon.digest,
    ]
    const expected = inbox.encodeFunctionData('postBatch', [header, batch.certificate, batch.data])
    assert.equal(toHex(encodePostBatch(batch)), expected)
  }
})

test('a call without byte strings is encoded as ethers encodes it', () => {
  assert.equal(toHex(encodeCall('headOf(uint64)', [77n])), inbox.encodeFunctionData('headOf', [77n]))
  assert.equal(
    toHex(encodeCall('challengeWindowBlocks()', [])),
    inbox.encodeFunctionData('challengeWindowBlocks', []),
  )
})

test('a head beyond all heights can be read, and no batch follows it', async () => {
  const answer = inbox.encodeFunctionResult('headOf', [1n, 2n ** 64n - 1n, `0x${'ab'.repeat(32)}`])
  const rpc: RpcClient = { url: 'http://an.l1', request: async () => answer, close() {} }
  const head = await fetchInboxHead(new L1Client(rpc), `0x${'11'.repeat(20)}`, rollupId(3))
  assert.equal(head.lastHeight, Number.MAX_SAFE_INTEGER)
})

test('a posting is decoded from the event that ethers encodes', () => {
  const batch = createBatch(rollupId(3), 4, 9)
  const posting = decodePosting(logOf(3n, 2n, 4n, 9n))
  assert.deepEqual(posting, {
    rollup: 3,
    batchIndex: 2,
    firstHeight: 4,
    lastHeight: 9,
    lastDigest: batch.lastDigest,
    stateRoot: batch.stateRoot,
    dataHash: `0x${'dd'.repeat(32)}`,
    l1Block: 12,
    l1BlockHash: `0x${'bb'.repeat(32)}`,
    l1Transaction: `0x${'cc'.repeat(32)}`,
  })
})

test('a posting with a height that no honest seat could reach is passed over', () => {
  assert.equal(decodePosting(logOf(3n, 2n, 4n, 2n ** 64n - 1n)), null)
})

test('a log of another event is no posting', () => {
  const log = logOf(3n, 2n, 4n, 9n)
  assert.equal(
    decodePosting({ ...log, topics: [topicOf('Transfer(address)'), ...log.topics.slice(1)] }),
    null,
  )
  assert.equal(decodePosting({ ...log, topics: log.topics.slice(0, 2) }), null)
  assert.equal(decodePosting({ ...log, data: '0x1234' }), null)
})

test('an answer of another length than promised is refused', () => {
  assert.throws(() => decodeWords('0x', 1), DecodeError)
  assert.throws(() => decodeWords(`0x${'00'.repeat(64)}`, 1), DecodeError)
  assert.throws(() => wordToNumber(`0x${'ff'.repeat(32)}`), DecodeError)
})

function logOf(rollup: bigint, index: bigint, first: bigint, last: bigint): L1Log {
  const { lastDigest, stateRoot } = createBatch(rollupId(3), 4, 9)
  const dataHash = `0x${'dd'.repeat(32)}`
  const values = [rollup, index, first, last, lastDigest, stateRoot, dataHash]
  const { topics, data } = inbox.encodeEventLog('BatchPosted', values)
  return {
    topics: topics as `0x${string}`[],
    data: data as `0x${string}`,
    block: 12,
    blockHash: `0x${'bb'.repeat(32)}`,
    transaction: `0x${'cc'.repeat(32)}`,
  }
}
