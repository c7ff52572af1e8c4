/**
 * Executes blocks on the chain that this node holds: its own as it builds them, others' to see whether they claim the truth. In: what
 * consensus asks. Out: payloads, verdicts, executions kept in the chain. Its caller runs one job at a time.
 */

import type { BuildRequest, Payload } from '../consensus/application.ts'
import type { Block } from '../consensus/block.ts'
import type { Committee } from '../consensus/committee.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { Clock, Logger } from '../platform/ports.ts'
import { type Hex, toHex } from '../primitives/bytes.ts'
import { DecodeError } from '../primitives/codec.ts'
import { keccak256 } from '../primitives/hash.ts'
import type { Instance } from '../primitives/ids.ts'
import { type BeaconView, checkReference } from './beacon-view.ts'
import { type Environment, type FindPast, planOf } from './block-plan.ts'
import { checkLineage, environmentOf, isOutcomeOf } from './block-rules.ts'
import { decodeBody, encodeBody } from './body.ts'
import type { Chain } from './chain.ts'
import { BlockExecution, type Parent, type SealedBlock } from './executor.ts'
import { computePrevRandao, decodeEthereumHeader, ethereumHash } from './header.ts'
import type { Mempool } from './mempool.ts'
import { type BuildLimits, buildBlock } from './sequencer.ts'
import { decodeTransaction, type Transaction } from './transaction.ts'
import type { Vm } from './vm/vm.ts'

export interface ReplicaParts {
  readonly chainId: number
  readonly chain: Chain
  readonly mempool: Mempool
  readonly vm: Vm
  readonly buildLimits: BuildLimits
  readonly ports: ReplicaPorts
}

export interface ReplicaPorts {
  readonly clock: Clock
  readonly beacon: BeaconView
  /** The committee of an instance of this rollup; null if unknown. */
  readonly committeeOf: (instance: Instance) => Committee | null
  readonly logger: Logger
}

export const CERTIFIED_BLOCK_INVALID = defineError<{ height: number; digest: Hex }>({
  code: 'R001',
  name: 'CERTIFIED_BLOCK_INVALID',
  kind: 'bug',
  message: ({ height, digest }) =>
    `rollup block ${height} (${digest}) is certified as final, yet executing it here gives another result`,
  hint: () =>
    'keep the data folder of this validator and report it: either this node or two thirds of a committee are wrong',
})

export class Replica {
  readonly #parts: ReplicaParts

  constructor(parts: ReplicaParts) {
    this.#parts = parts
  }

  /** Null if no usable Beacon block is in sight, or the parent isn't what this node holds. */
  async build(request: BuildRequest): Promise<Payload | null> {
    const { parent, time, proposer } = request
    const { beacon, clock } = this.#parts.ports
    const reference = beacon.finalised()
    const base = this.#parts.chain.parent(ethereumHash(parent.appHeader))
    if (base === null || reference === null || reference.height < parent.header.beaconRef.height) return null
    const environment = environmentOf(
      { time, proposer, beaconHash: reference.hash },
      this.#parts.ports.committeeOf(request.instance),
      computePrevRandao(reference.mix, base.header.number + 1),
    )
    if (environment === null) return null
    const { vm, mempool, buildLimits, chain } = this.#parts
    const findPast: FindPast = (number) => chain.pastOf(base.hash, number)
    const sealed = await buildBlock({ vm, mempool, clock, limits: buildLimits }, base, environment, findPast)
    this.#parts.chain.add(sealed)
    return {
      appHeader: sealed.encodedHeader,
      appBody: encodeBody(sealed.transactions.map(({ raw }) => raw)),
      stateRoot: sealed.state.root,
      beaconRef: { height: reference.height, hash: reference.hash },
    }
  }

  /**
   * Why `block` can't be a child of `parent`; null if it can, and its execution is kept. Of a certified block a quorum has checked the
   * Beacon reference, which may be out of sight by now, and so the randomness.
   */
  async reasonAgainst(block: Block, parent: Block, certified: boolean): Promise<string | null> {
    const { beacon } = this.#parts.ports
    const { beaconRef, height } = block.header
    const flaw = checkLineage(block, parent)
    if (flaw !== null) return flaw
    const reference = checkReference(beacon, beaconRef, parent.header.beaconRef)
    if (reference === null && !certified) return 'unusable Beacon reference'
    const randao = reference === null ? claimedRandao(block) : computePrevRandao(reference.mix, height)
    const sealed = randao === null ? null : await this.#execute(block, parent, randao)
    return sealed === null ? 'execution has another outcome' : null
  }

  /** Executes `block`, unless that was done before; null if the outcome isn't what the block claims. */
  async #execute(block: Block, parent: Block, prevRandao: Hex): Promise<SealedBlock | null> {
    const { time, proposer, beaconRef, instance } = block.header
    const fields = { time, proposer, beaconHash: beaconRef.hash }
    const environment = environmentOf(fields, this.#parts.ports.committeeOf(instance), prevRandao)
    const base = this.#parts.chain.parent(ethereumHash(parent.appHeader))
    if (environment === null || base === null) return null
    const known = this.#parts.chain.pending(ethereumHash(block.appHeader))
    const sealed = known ?? (await this.#replay(block, base, environment))
    if (sealed === null || !isOutcomeOf(sealed, block, environment)) return null
    this.#parts.chain.add(sealed)
    return sealed
  }

  async #replay(block: Block, base: Parent, environment: Environment): Promise<SealedBlock | null> {
    try {
      const transactions = decodeBody(block.appBody).map((raw) => this.#decode(raw))
      const plan = planOf(transactions, (number) => this.#parts.chain.pastOf(base.hash, number))
      const execution = new BlockExecution(this.#parts.vm, base, environment, plan)
      for (const transaction of transactions) {
        if ((await execution.apply(transaction)) !== null) return null
      }
      return execution.seal()
    } catch (cause) {
      if (!(cause instanceof DecodeError)) this.#parts.ports.logger.error({ cause }, 'execution failed')
      return null
    }
  }

  /** For commits: a block that can't be executed is no longer a matter of judgement. */
  async executeCertified(block: Block, parent: Block): Promise<SealedBlock> {
    const randao = claimedRandao(block)
    const sealed = randao === null ? null : await this.#execute(block, parent, randao)
    if (sealed !== null) return sealed
    throw CERTIFIED_BLOCK_INVALID({ height: block.header.height, digest: block.digest })
  }

  /** Transactions of the pool have their senders recovered already. */
  #decode(raw: Uint8Array): Transaction {
    return this.#parts.mempool.get(toHex(keccak256(raw))) ?? decodeTransaction(raw, this.#parts.chainId)
  }
}

/** What the block itself says; null if its header is malformed. */
function claimedRandao(block: Block): Hex | null {
  try {
    return decodeEthereumHeader(block.appHeader).prevRandao
  } catch (cause) {
    if (cause instanceof DecodeError) return null
    throw cause
  }
}
