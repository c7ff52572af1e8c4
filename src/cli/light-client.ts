/**
 * Checks what nodes say about the Beacon Layer, trusting only the genesis: certificates of its validators over headers, committees and
 * records proven under those headers. In: answers of any node. Out: checked values, or CHECK_FAILED with what is wrong. Signatures are
 * checked by portable code that shares nothing with the nodes' native one.
 */

import { readFileSync } from 'node:fs'
import type * as z from 'zod'
import { checkElectionProof, type ElectionProof } from '../beacon/election-proof.ts'
import { type BeaconGenesis, networkOf } from '../beacon/genesis.ts'
import { parseGenesisJson } from '../beacon/genesis-json.ts'
import { setKey } from '../beacon/keys.ts'
import { encodeAppHeader } from '../beacon/payload.ts'
import { decodeRecord } from '../beacon/record.ts'
import { ValidatorHistory } from '../beacon/staking/validator-history.ts'
import { readValidatorSet, seatMembers } from '../beacon/staking/validator-set.ts'
import { openProof } from '../beacon/state-proof.ts'
import { type DrawnCommittee, readDrawnCommittee, readRollup } from '../beacon/values.ts'
import { payloadRoot } from '../consensus/block.ts'
import { type Committee, createCommittee } from '../consensus/committee.ts'
import { type Header, headerDigest, readHeader } from '../consensus/header.ts'
import { readCertificate, verifyCertificate } from '../consensus/vote.ts'
import { defineError } from '../errors/beacon-error.ts'
import { createPortableBlsScheme } from '../platform/bls-portable.ts'
import { equalBytes, fromHex, type Hex } from '../primitives/bytes.ts'
import { ByteReader, DecodeError, decodeExactly } from '../primitives/codec.ts'
import type { Network } from '../primitives/forks.ts'
import { BEACON, type Epoch, type Instance, epoch as toEpoch } from '../primitives/ids.ts'
import type { SignatureScheme } from '../primitives/signatures.ts'
import type { RpcClient } from '../rpc/client.ts'
import { verifyProof } from '../state/proof.ts'
import { orderedKey } from '../state/trie.ts'
import {
  blockAnswer,
  certificate,
  electionAnswer,
  type encodedHeader,
  recordAnswer,
  rollupAnswer,
  setChanges,
} from './light-client-answers.ts'

export const CHECK_FAILED = defineError<{ what: string; reason: string }>({
  code: 'C401',
  name: 'CHECK_FAILED',
  kind: 'check',
  message: ({ what, reason }) => `${what} does not hold: ${reason}`,
  hint: () => 'whoever served it is wrong or lies; ask another node, and keep this one as evidence',
})

export const NOT_AVAILABLE = defineError<{ what: string }>({
  code: 'C402',
  name: 'NOT_AVAILABLE',
  kind: 'check',
  message: ({ what }) => `${what} is not there (yet)`,
  hint: () => 'wait for it, or ask for one that is; `beacon rollup list` shows the rollups',
})

/** A committee that was proven to be the elected one. */
export interface ProvenCommittee {
  readonly committee: Committee
  readonly drawn: DrawnCommittee
  /** Height of the Beacon block whose state proves it. */
  readonly provenAt: number
}

export interface ProvenRecord {
  readonly beaconHeight: number
  readonly beaconDigest: Hex
}

export class LightClient {
  readonly network: Network
  readonly #genesis: BeaconGenesis
  readonly #validators: ValidatorHistory
  readonly #rpc: RpcClient
  readonly scheme: SignatureScheme = createPortableBlsScheme()

  /** `genesisFile` is all that is trusted. */
  constructor(genesisFile: string, rpc: RpcClient) {
    this.#genesis = parseGenesisJson(JSON.parse(readFileSync(genesisFile, 'utf8')))
    this.#validators = new ValidatorHistory(this.#genesis)
    this.network = networkOf(this.#genesis)
    this.#rpc = rpc
  }

  /** Fetches the election of an instance (of the present one, without an epoch) and checks it from the signatures up. */
  proveCommittee(rollup: string | number, epoch?: number, sub?: number): Promise<ProvenCommittee> {
    const what = `the election for rollup ${rollup}${epoch === undefined ? '' : ` in epoch ${epoch}`}`
    return orCheckFailed(what, () => this.#proveCommittee(what, rollup, epoch, sub))
  }

  /** Fetches the record of a rollup block and checks that it is in a final Beacon block; null if there is none. */
  proveRecord(rollup: number, header: Header): Promise<ProvenRecord | null> {
    const what = `the record of rollup block ${header.height}`
    return orCheckFailed(what, () => this.#proveRecord(what, rollup, header))
  }

  async #proveCommittee(
    what: string,
    rollup: string | number,
    epoch?: number,
    sub?: number,
  ): Promise<ProvenCommittee> {
    // Named in full: the present instance may be another one by the time that the proof is asked for.
    const instance = await this.#instanceOf(rollup, epoch, sub)
    const question = [rollup, instance.epoch, instance.sub]
    const answer = await this.#fetch(what, electionAnswer, 'beacon_getElectionProof', ...question)
    const header = await this.#checkFinal(what, answer.header, answer.certificate)
    const proof: ElectionProof = { instance, ...answer.proof }
    const fault = checkElectionProof(proof, {
      stateRoot: header.stateRoot,
      instance,
      epochLength: this.#genesis.params.epochLength,
    })
    if (fault !== null) throw CHECK_FAILED({ what, reason: fault })
    const { name } = readRollup(new ByteReader(proof.rollup.value)).spec
    if (typeof rollup === 'string' && name !== rollup) {
      throw CHECK_FAILED({ what, reason: `it is the election for rollup ${name}` })
    }
    const drawn = readDrawnCommittee(new ByteReader(proof.committee.value))
    const set = readValidatorSet(new ByteReader(proof.validatorSet.value))
    const committee = createCommittee(this.network, instance, seatMembers(set, drawn.seats))
    return { committee, drawn, provenAt: header.height }
  }

  async #proveRecord(what: string, rollup: number, header: Header): Promise<ProvenRecord | null> {
    if ((await this.#rpc.request('beacon_getRecord', [rollup, header.height])) === null) return null
    const record = await this.#fetch(what, recordAnswer, 'beacon_getRecord', rollup, header.height)
    const { height, index, proof } = record.beacon
    const block = await this.#fetch(what, blockAnswer, 'beacon_getBlock', height)
    const covering = await this.#fetch(what, certificate, 'beacon_getCertificate', height)
    const beaconHeader = await this.#checkFinal(what, block, covering)
    if (payloadRoot(encodeAppHeader(block), block.justification) !== beaconHeader.payloadRoot) {
      throw CHECK_FAILED({ what, reason: 'the Beacon block has another payload than its header commits to' })
    }
    const included = verifyProof(fromHex(block.recordsRoot), orderedKey(index), proof)
    if (included === null || !equalBytes(included, record.encoded)) {
      throw CHECK_FAILED({ what, reason: 'it is not under the records root of the Beacon block' })
    }
    const digest = headerDigest(header)
    const covers = decodeRecord(record.encoded).headers.some((covered) => headerDigest(covered) === digest)
    if (!covers) throw CHECK_FAILED({ what, reason: 'the Beacon Layer has recorded another block' })
    return { beaconHeight: beaconHeader.height, beaconDigest: headerDigest(beaconHeader) }
  }

  /** The header, once a quorum of the validators is shown to have made it final: by its own certificate or a descendant's. */
  async #checkFinal(
    what: string,
    header: z.output<typeof encodedHeader>,
    covering: z.output<typeof certificate>,
  ): Promise<Header> {
    const { epoch } = decodeExactly(fromHex(header.encoded), readHeader).instance
    await this.#learnValidators(epoch)
    return this.#checkCertified(what, header, covering)
  }

  /** By validators that are known already. */
  #checkCertified(
    what: string,
    header: z.output<typeof encodedHeader>,
    covering: z.output<typeof certificate>,
  ): Header {
    const final = decodeExactly(fromHex(header.encoded), readHeader)
    let last = final
    for (const { encoded } of covering.headers) {
      const next = decodeExactly(fromHex(encoded), readHeader)
      if (next.parent !== headerDigest(last))
        throw CHECK_FAILED({ what, reason: 'a broken chain of headers' })
      last = next
    }
    const decoded = decodeExactly(fromHex(covering.encoded), readCertificate)
    const committee = this.#validators.votersIn(last.instance.epoch)
    const holds =
      last.instance.rollup === BEACON &&
      decoded.kind === 'F' &&
      decoded.digest === headerDigest(last) &&
      verifyCertificate(committee, this.scheme, decoded)
    if (!holds) throw CHECK_FAILED({ what, reason: 'the certificate over the Beacon block is not valid' })
    return final
  }

  /** Follows the changes of the validators up to an epoch. */
  async #learnValidators(upTo: Epoch): Promise<void> {
    const what = 'the change of the validators'
    const history = this.#validators
    while (history.knownUpTo < upTo) {
      const after = history.lastChange
      const changes = await this.#fetch(what, setChanges, 'beacon_getValidatorSetChanges', after + 1)
      for (const change of changes) {
        const header = this.#checkCertified(what, change.header, change.certificate)
        const set = openProof(
          fromHex(header.stateRoot, 32),
          setKey(change.epoch),
          change.proof,
          readValidatorSet,
        )
        // A set is in the state before its epoch begins: validators of that epoch don't vouch for themselves.
        const isInOrder = change.epoch > history.lastChange && header.instance.epoch < change.epoch
        if (set === null || !isInOrder) throw CHECK_FAILED({ what, reason: 'no state proves it' })
        history.add(change.epoch, set)
      }
      if (history.lastChange === after || history.lastChange >= upTo) history.knownUpTo = upTo
    }
  }

  async #instanceOf(rollup: string | number, epoch?: number, sub = 0): Promise<Instance> {
    const what = `rollup ${rollup}`
    const found = await this.#fetch(what, rollupAnswer, 'beacon_getRollup', rollup)
    if (typeof rollup === 'number' && found.id !== rollup) {
      throw CHECK_FAILED({ what, reason: `the answer is about rollup ${found.id}` })
    }
    if (epoch !== undefined) return { rollup: found.id, epoch: toEpoch(epoch), sub }
    if (found.status === null) throw NOT_AVAILABLE({ what: `the first committee of rollup ${rollup}` })
    return found.status.instance
  }

  async #fetch<Schema extends z.ZodType>(
    what: string,
    schema: Schema,
    method: string,
    ...params: unknown[]
  ): Promise<z.output<Schema>> {
    const answer = await this.#rpc.request(method, params)
    if (answer === null) throw NOT_AVAILABLE({ what })
    const parsed = schema.safeParse(answer)
    if (!parsed.success)
      throw CHECK_FAILED({ what, reason: `the answer is malformed: ${parsed.error.message}` })
    return parsed.data
  }
}

/** What can't be decoded proves nothing. */
async function orCheckFailed<Value>(what: string, prove: () => Promise<Value>): Promise<Value> {
  try {
    return await prove()
  } catch (cause) {
    if (!(cause instanceof DecodeError || cause instanceof RangeError)) throw cause
    throw CHECK_FAILED({ what, reason: cause.message }, cause)
  }
}
