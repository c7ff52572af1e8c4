/**
 * Answers to peers in instances that are over here: blocks if they ask for blocks, and the certificate that ended the instance, so that they
 * know what to ask for.
 */

import type { Block } from '../consensus/block.ts'
import type { BlockSource } from '../consensus/block-source.ts'
import { collectChain } from '../consensus/chain-server.ts'
import { decodeMessage, encodeMessage, type Message } from '../consensus/message.ts'
import type { Clock, Logger } from '../platform/ports.ts'
import type { Hex } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { height, type Instance, instanceKey } from '../primitives/ids.ts'

export interface LaggardsOptions {
  /** The final blocks of any past instance. */
  readonly blocksOf: (instance: Instance) => BlockSource
  readonly send: (to: Hex, instance: Instance, bytes: Uint8Array) => void
  readonly clock: Clock
  readonly logger: Logger
}

/** A peer is told where one and the same instance ended at most this often. */
export const TELL_INTERVAL_MS = 200
/** Who misses only an instance's last blocks asks for them one by one. */
const LAST_BLOCKS = 8

export class Laggards {
  readonly #options: LaggardsOptions
  /** What each peer was told last. */
  readonly #told = new Map<Hex, { readonly key: string; readonly at: number }>()
  /** Peers whose question is being answered; what they ask meanwhile they have to ask again. */
  readonly #busy = new Set<Hex>()

  constructor(options: LaggardsOptions) {
    this.#options = options
  }

  /** Never rejects. */
  async answer(from: Hex, instance: Instance, bytes: Uint8Array): Promise<void> {
    const question = decodeOrNull(bytes)
    if (question === null || !this.#mayAnswer(from, instance, question)) return
    this.#busy.add(from)
    try {
      const answer = await compose(this.#options.blocksOf(instance), question)
      if (answer !== null) this.#options.send(from, instance, encodeMessage(answer))
    } catch (error) {
      this.#options.logger.warn({ peer: from, error }, 'a laggard could not be answered')
    } finally {
      this.#busy.delete(from)
    }
  }

  forget(peer: Hex): void {
    this.#told.delete(peer)
  }

  #mayAnswer(from: Hex, instance: Instance, question: Message): boolean {
    // Who shows a certificate has ended the instance itself; and answers aren't answered.
    if (['certificate', 'block', 'chainResponse'].includes(question.type)) return false
    if (this.#busy.has(from)) return false
    return asksForBlocks(question) || this.#mayTell(from, instance)
  }

  #mayTell(peer: Hex, instance: Instance): boolean {
    const now = this.#options.clock.now()
    const key = instanceKey(instance)
    const told = this.#told.get(peer)
    if (told?.key === key && now - told.at < TELL_INTERVAL_MS) return false
    this.#told.set(peer, { key, at: now })
    return true
  }
}

function decodeOrNull(bytes: Uint8Array): Message | null {
  try {
    return decodeMessage(bytes)
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}

function asksForBlocks(question: Message): boolean {
  return question.type === 'chainRequest' || (question.type === 'need' && question.digest !== null)
}

async function compose(source: BlockSource, question: Message): Promise<Message | null> {
  if (question.type === 'chainRequest') return collectChain(source, question.fromHeight, question.max)
  if (question.type === 'need' && question.digest !== null) {
    const block = await findLast(source, question.digest)
    return block === null ? null : { type: 'block', block }
  }
  const last = await source.head()
  return last === null ? null : { type: 'certificate', certificate: last.certificate }
}

/** Among the instance's last blocks, which are found without an index by digest. */
async function findLast(source: BlockSource, digest: Hex): Promise<Block | null> {
  let block = (await source.head())?.block ?? null
  for (let tried = 1; block !== null && block.digest !== digest; tried++) {
    block = tried < LAST_BLOCKS ? await source.blockAt(height(block.header.height - 1)) : null
  }
  return block
}
