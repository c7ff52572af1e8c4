/**
 * Certified rollup blocks that wait to be recorded. Enters: headers with the certificate of the last, checked against the committee
 * in the state before anything is kept; so all headers of one instance lie on one chain. Leaves: for each rollup the newest record
 * that continues what is recorded.
 */

import type { Committee } from '../../consensus/committee.ts'
import { type Header, headerDigest } from '../../consensus/header.ts'
import { type Certificate, verifyCertificate } from '../../consensus/vote.ts'
import type { Network } from '../../primitives/forks.ts'
import { type Height, height, type Instance, instanceKey, type RollupId } from '../../primitives/ids.ts'
import type { SignatureScheme } from '../../primitives/signatures.ts'
import { committeeOf } from '../committees.ts'
import { RECORD_HEADERS_MAX, type RollupRecord } from '../record.ts'
import type { BeaconStateView } from '../state.ts'

export type RecordRefusal =
  | 'MALFORMED'
  | 'UNKNOWN_INSTANCE'
  | 'ALREADY_KNOWN'
  /** Its last block is recorded already, or belongs to an instance that is over. */
  | 'STALE'
  /** Too many blocks wait already between the recorded one and these. */
  | 'TOO_FAR_AHEAD'
  | 'INVALID_CERTIFICATE'

export type RecordAdmission = { readonly ok: true } | { readonly ok: false; readonly reason: RecordRefusal }

/** Blocks of one rollup that may wait. At 186 B a header, all of 256 rollups take at most 48 MB. */
export const WAITING_HEADERS_MAX = 1024

/** What waits of one instance, by height. */
interface Queue {
  readonly instance: Instance
  readonly headers: Map<number, Header>
  /** By the height of the block that each certifies. */
  readonly certificates: Map<number, Certificate>
}

export class RecordPool {
  readonly #network: Network
  readonly #signatures: SignatureScheme
  readonly #queues = new Map<string, Queue>()

  constructor(network: Network, signatures: SignatureScheme) {
    this.#network = network
    this.#signatures = signatures
  }

  /** Judged by `state`, the latest final one. Costs a pairing if it is new. */
  add(record: RollupRecord, state: BeaconStateView): RecordAdmission {
    const last = record.headers.at(-1)
    if (last === undefined || !isChained(record)) return { ok: false, reason: 'MALFORMED' }
    const committee = committeeOf(state, this.#network, last.instance)
    const reason = this.#check(last, committee, state)
    if (reason !== null) return { ok: false, reason }
    if (!verifyCertificate(committee!, this.#signatures, record.certificate)) {
      return { ok: false, reason: 'INVALID_CERTIFICATE' }
    }
    const queue = this.#queueOf(last.instance)
    const recorded = state.record(last.instance.rollup)?.height ?? 0
    for (const header of record.headers)
      if (header.height > recorded) queue.headers.set(header.height, header)
    queue.certificates.set(last.height, record.certificate)
    return { ok: true }
  }

  /** One record per rollup at most, each continuing `state`; of too many those whose rollups have waited longest. */
  select(state: BeaconStateView, countMax: number): RollupRecord[] {
    const candidates: { record: RollupRecord; recordedAt: number }[] = []
    for (const { instance } of this.#queues.values()) {
      const status = state.instanceStatus(instance.rollup)
      if (status === null || instanceKey(status.instance) !== instanceKey(instance)) continue
      const head = state.record(instance.rollup)
      const record = this.newest(instance, height((head?.height ?? 0) + 1))
      if (record !== null) candidates.push({ record, recordedAt: head?.recordedAt ?? 0 })
    }
    candidates.sort((a, b) => a.recordedAt - b.recordedAt)
    return candidates.slice(0, countMax).map(({ record }) => record)
  }

  /** The longest record of at most 64 headers that starts at `from`, or null. */
  newest(instance: Instance, from: Height): RollupRecord | null {
    const queue = this.#queues.get(instanceKey(instance))
    const headers: Header[] = []
    let record: RollupRecord | null = null
    for (let at: number = from; headers.length < RECORD_HEADERS_MAX; at++) {
      const header = queue?.headers.get(at)
      if (header === undefined) break
      headers.push(header)
      const certificate = queue!.certificates.get(at)
      if (certificate !== undefined) record = { headers: headers.slice(), certificate }
    }
    return record
  }

  /** Forgets what is recorded, and instances that are over. */
  prune(state: BeaconStateView): void {
    for (const [key, { instance, headers, certificates }] of this.#queues) {
      if (isOver(instance, state)) this.#queues.delete(key)
      const recorded = state.record(instance.rollup)?.height ?? 0
      for (const at of headers.keys()) if (at <= recorded) headers.delete(at)
      for (const at of certificates.keys()) if (at <= recorded) certificates.delete(at)
    }
  }

  /** Of a rollup, over all its instances. */
  waiting(rollup: RollupId): number {
    let count = 0
    for (const queue of this.#queues.values()) {
      if (queue.instance.rollup === rollup) count += queue.headers.size
    }
    return count
  }

  #check(last: Header, committee: Committee | null, state: BeaconStateView): RecordRefusal | null {
    if (committee === null) return 'UNKNOWN_INSTANCE'
    const recorded = state.record(last.instance.rollup)?.height ?? 0
    if (last.height <= recorded || isOver(last.instance, state)) return 'STALE'
    if (last.height > recorded + WAITING_HEADERS_MAX) return 'TOO_FAR_AHEAD'
    const known = this.#queues.get(instanceKey(last.instance))
    return known?.certificates.has(last.height) ? 'ALREADY_KNOWN' : null
  }

  #queueOf(instance: Instance): Queue {
    const key = instanceKey(instance)
    const queue = this.#queues.get(key) ?? { instance, headers: new Map(), certificates: new Map() }
    this.#queues.set(key, queue)
    return queue
  }
}

/** Whether the headers lead to the one that the certificate names. */
function isChained({ headers, certificate }: RollupRecord): boolean {
  const digests = headers.map(headerDigest)
  const last = headers.at(-1)!
  const instance = instanceKey(last.instance)
  return (
    headers.length <= RECORD_HEADERS_MAX &&
    certificate.kind === 'F' &&
    certificate.digest === digests.at(-1) &&
    certificate.view >= last.view &&
    headers.every(
      (header, i) =>
        instanceKey(header.instance) === instance && follows(header, headers[i - 1], digests[i - 1]),
    )
  )
}

function follows(header: Header, parent: Header | undefined, digest: string | undefined): boolean {
  return parent === undefined || (header.parent === digest && header.height === parent.height + 1)
}

/** Whether the state has moved past the instance. */
function isOver({ rollup, epoch, sub }: Instance, state: BeaconStateView): boolean {
  const current = state.instanceStatus(rollup)?.instance
  return current === undefined || epoch < current.epoch || (epoch === current.epoch && sub < current.sub)
}
