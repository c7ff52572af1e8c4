/** What an L1 node answers, which isn't ours to trust: fields, words, logs, and the client that asks. */

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import fc from 'fast-check'
import { type Hex, toHex } from '../../src/primitives/bytes.ts'
import { rollupId } from '../../src/primitives/ids.ts'
import { createRpcClient } from '../../src/rpc/client.ts'
import { RpcError } from '../../src/rpc/rpc-error.ts'
import { decodeWords, topicOf, wordToNumber } from '../../src/settlement/abi.ts'
import { decodePosting, fetchInboxHead } from '../../src/settlement/inbox.ts'
import { L1Client, type L1Log } from '../../src/settlement/l1-client.ts'
import { type Refusal, refusalOf } from '../../src/settlement/l1-refusals.ts'
import { bytesOf } from './bytes.ts'
import { anyJson, deepText, type Json, jsonText, mutatedJson } from './json.ts'
import { decodedOrRefused, fuzz, hasCode, isDecodeError, measured } from './support.ts'

const word = bytesOf(32).map(toHex)
const hash: Hex = `0x${'11'.repeat(32)}`
const block: Json = { number: '0x5', hash, baseFeePerGas: '0x7' }
const log: Json = {
  topics: [hash, hash, hash],
  data: `0x${'00'.repeat(160)}`,
  blockNumber: '0x5',
  blockHash: hash,
  transactionHash: hash,
}
const receipt: Json = { status: '0x1', blockNumber: '0x5', gasUsed: '0x5208' }
const honest = fc.oneof(
  ...[block, [log, log], receipt, '0x5', hash, `0x${'00'.repeat(96)}`, null].map((value) =>
    fc.constant<Json>(value),
  ),
)

// Whatever awaits stands before all tests: the runner exits when those that it knows are over.
let answer = ''
const server = createServer((request, response) => {
  request.resume().on('end', () => response.end(answer))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const client = createRpcClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
  answerBytesMax: 50_000,
})
after(() => {
  client.close()
  server.close()
})

fuzz(
  'whatever an L1 answers, a client gives checked values or a DecodeError',
  1_000,
  fc.asyncProperty(
    fc.oneof({ arbitrary: mutatedJson(honest), weight: 4 }, honest, anyJson),
    async (answer) => {
      const client = new L1Client({
        url: 'http://an.l1',
        request: async () => structuredClone(answer),
        close() {},
      })
      const asked = [
        client.chainId(),
        client.block('latest'),
        client.logs({ address: hash, topics: [], fromBlock: 0, toBlock: 1 }),
        client.call({ to: hash, data: new Uint8Array(0) }, 'latest'),
        client.estimateGas({ to: hash, data: new Uint8Array(0) }, 'latest'),
        client.code(hash),
        client.balance(hash),
        client.transactionCount(hash, 'latest'),
        client.tip(),
        client.sendTransaction(new Uint8Array(1)),
        client.receipt(hash),
        fetchInboxHead(client, hash, rollupId(1)),
      ]
      for (const outcome of await Promise.allSettled(asked)) {
        if (outcome.status === 'rejected') assert.ok(isDecodeError(outcome.reason), String(outcome.reason))
      }
    },
  ),
)

fuzz(
  'words of any length are taken apart as they should be, or refused',
  1_000,
  fc.property(fc.array(word, { maxLength: 6 }), fc.nat(6), fc.nat(64), (words, count, cut) => {
    const data = `0x${words.map((one) => one.slice(2)).join('')}`.slice(0, -cut || undefined) as Hex
    const read = decodedOrRefused((input: Hex) => decodeWords(input, count), data)
    assert.equal(read !== null, data.length === 2 + 64 * count)
    for (const one of read ?? []) {
      const value = decodedOrRefused(wordToNumber, one)
      assert.ok(value === null || Number.isSafeInteger(value))
    }
  }),
)

const BATCH_POSTED = topicOf('BatchPosted(uint64,uint64,uint64,uint64,bytes32,bytes32,bytes32)')
const event: fc.Arbitrary<L1Log> = fc
  .tuple(
    fc.array(fc.oneof(word, fc.constant<Hex>(`0x${'00'.repeat(31)}05`)), { maxLength: 3 }),
    fc.array(word, { maxLength: 6 }),
    fc.nat(),
  )
  .map(([topics, words, at]) => ({
    topics: [BATCH_POSTED, ...topics],
    data: `0x${words.map((one) => one.slice(2)).join('')}`,
    block: at,
    blockHash: hash,
    transaction: hash,
  }))

fuzz(
  'whatever event anyone writes into the inbox is a posting, or none',
  1_000,
  fc.property(event, (one) => {
    const posting = measured(() => decodePosting(one))
    if (posting !== null)
      assert.ok(Number.isSafeInteger(posting.rollup) && Number.isSafeInteger(posting.lastHeight))
  }),
)

const REFUSALS: readonly Refusal[] = ['known', 'nonce-used', 'underpriced', 'reverts', 'unfunded', 'other']

fuzz(
  'whatever words a refusal has, it is one of those that there are',
  500,
  fc.property(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('nonce ', 'max fee ').map((text) => text.repeat(50_000)),
    ),
    fc.integer(),
    (text, code) => {
      assert.ok(REFUSALS.includes(measured(() => refusalOf(new RpcError(code, text)))))
    },
  ),
)

/** As a server answers the request with this id; `id` stands for it. */
const answered = fc
  .record(
    { jsonrpc: fc.constant<Json>('2.0'), id: fc.constant<Json>(1), result: anyJson, error: anyJson },
    { requiredKeys: ['jsonrpc', 'id'], noNullPrototype: true },
  )
  .map((value) => JSON.stringify(value))

fuzz(
  'whatever a server answers over HTTP, a client gives a result, its error, or says that it speaks no JSON-RPC',
  300,
  fc.asyncProperty(
    fc.oneof({ arbitrary: answered, weight: 3 }, jsonText, deepText, fc.string({ unit: 'binary' })),
    async (text) => {
      answer = text
      try {
        assert.notEqual(await client.request('eth_chainId'), undefined)
      } catch (error) {
        assert.ok(error instanceof RpcError || hasCode(error, 'N303'), String(error))
      }
    },
  ),
)
