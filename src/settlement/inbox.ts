/** RollupInbox.sol from TypeScript: its calls encoded, its answers and events decoded. */

import { concatBytes, fromHex, type Hex } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { type Height, height, type RollupId, rollupId } from '../primitives/ids.ts'
import { decodeWords, encodeArguments, encodeCall, topicOf, wordOf, wordToNumber } from './abi.ts'
import { ROLLUP_INBOX } from './artifacts/rollup-inbox.ts'
import type { Batch, InboxHead, Posting } from './batch.ts'
import type { L1Client, L1Log, L1Tag } from './l1-client.ts'

const POST_BATCH =
  'postBatch((uint64,uint64,uint64,bytes32,bytes32,bytes32,bytes32,uint64,bytes32),bytes,bytes)'
const BATCH_POSTED = topicOf('BatchPosted(uint64,uint64,uint64,uint64,bytes32,bytes32,bytes32)')
const NO_VERIFIER: Hex = `0x${'00'.repeat(20)}`

export interface InboxParameters {
  readonly challengeWindowBlocks: number
  /** Contract that is asked about certificates; none if absent. */
  readonly verifier?: Hex
}

/** What creates an inbox: the address under CREATE2 follows from it, so another version or another window is another address. */
export function inboxCreationCode({ challengeWindowBlocks, verifier }: InboxParameters): Uint8Array {
  const parameters = encodeArguments([BigInt(challengeWindowBlocks), verifier ?? NO_VERIFIER])
  return concatBytes(fromHex(ROLLUP_INBOX.bytecode), parameters)
}

export function encodePostBatch(batch: Batch): Uint8Array {
  return encodeCall(POST_BATCH, [
    BigInt(batch.rollup),
    BigInt(batch.firstHeight),
    BigInt(batch.lastHeight),
    batch.parentDigest,
    batch.lastDigest,
    batch.lastBlockHash,
    batch.stateRoot,
    BigInt(batch.beacon.height),
    batch.beacon.digest,
    batch.certificate,
    batch.data,
  ])
}

/** Where the rollup's next batch must begin, according to the L1 block `at`. */
export async function fetchInboxHead(
  client: L1Client,
  inbox: Hex,
  rollup: RollupId,
  at: L1Tag = 'latest',
): Promise<InboxHead> {
  const answer = await client.call({ to: inbox, data: encodeCall('headOf(uint64)', [BigInt(rollup)]) }, at)
  const [batchCount, lastHeight, lastDigest] = decodeWords(answer, 3) as [Hex, Hex, Hex]
  return {
    batchCount: wordToNumber(batchCount),
    lastHeight: height(saturated(lastHeight)),
    lastDigest,
  }
}

/** Without a verifier anyone may have posted any height for one rollup, by which the posting of the others must not fail. */
function saturated(word: Hex): number {
  return Math.min(Number(BigInt(word)), Number.MAX_SAFE_INTEGER)
}

export interface InboxConstants {
  /** L1 blocks after a batch's own within which it can be challenged. */
  readonly challengeWindowBlocks: number
  /** No posting is in an older L1 block. */
  readonly deploymentBlock: number
}

export async function fetchInboxConstants(client: L1Client, inbox: Hex): Promise<InboxConstants> {
  const read = async (signature: string) => {
    const answer = await client.call({ to: inbox, data: encodeCall(signature, []) }, 'latest')
    return wordToNumber(decodeWords(answer, 1)[0]!)
  }
  return {
    challengeWindowBlocks: await read('challengeWindowBlocks()'),
    deploymentBlock: await read('deploymentBlock()'),
  }
}

/** Topics of the postings of `rollups`. */
export function postingTopics(rollups: readonly RollupId[]): (Hex | Hex[])[] {
  return [BATCH_POSTED, rollups.map((rollup) => wordOf(BigInt(rollup)))]
}

/** Null if the log is no posting that an honest seat could have made: anyone may write such events while there is no verifier. */
export function decodePosting(log: L1Log): Posting | null {
  const [event, rollup, batchIndex] = log.topics
  if (event !== BATCH_POSTED || rollup === undefined || batchIndex === undefined) return null
  try {
    const [firstHeight, lastHeight, lastDigest, stateRoot, dataHash] = decodeWords(
      log.data,
      5,
    ) as PostingWords
    return {
      rollup: rollupId(wordToNumber(rollup)),
      batchIndex: wordToNumber(batchIndex),
      firstHeight: toHeight(firstHeight),
      lastHeight: toHeight(lastHeight),
      lastDigest,
      stateRoot,
      dataHash,
      l1Block: log.block,
      l1BlockHash: log.blockHash,
      l1Transaction: log.transaction,
    }
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}

type PostingWords = [Hex, Hex, Hex, Hex, Hex]

function toHeight(word: Hex): Height {
  return height(wordToNumber(word))
}
