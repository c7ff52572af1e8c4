/** The way of one transaction up the ladder: when it reached each rung, who signed, where it was recorded and posted. */

import { seatsOf } from '../consensus/vote.ts'
import type { Endpoints } from '../devnet/endpoints.ts'
import type { Hex } from '../primitives/bytes.ts'
import { rollupId } from '../primitives/ids.ts'
import { compareRungs, RUNGS, type Rung } from '../primitives/ladder.ts'
import { confirmationFromJson } from '../rollup/confirmation-json.ts'
import { createRpcClient } from '../rpc/client.ts'
import { decodePosting, fetchInboxConstants, postingTopics } from '../settlement/inbox.ts'
import { L1Client } from '../settlement/l1-client.ts'
import type { CommitteeAnswer, ValidatorAnswer } from './beacon-answers.ts'
import type { FoundTransaction, TransactionStatus } from './find-transaction.ts'
import type { Network } from './network.ts'

export interface TraceStep {
  readonly rung: Rung
  /** Unix ms; null if the node doesn't know any more. */
  readonly at: number | null
  /** Since the first rung whose time is known. */
  readonly latencyMs: number | null
  readonly detail: Readonly<Record<string, unknown>>
}

export interface Trace {
  readonly tx: Hex
  readonly rollup: string
  readonly rung: Rung | null
  readonly block: TransactionStatus['block']
  readonly steps: readonly TraceStep[]
  readonly certificate: unknown
  readonly signers: readonly Signer[]
  readonly record: { readonly height: number; readonly digest: Hex } | null
  readonly l1: { readonly txHash: Hex; readonly block: number; readonly batch: number } | null
}

/** A seat of the committee that made the block final. */
export interface Signer {
  readonly seat: number
  readonly validator: number
  readonly signed: boolean
  /** Expelled since, or before, for votes that exclude each other. */
  readonly tombstoned: boolean
}

const L1_DEADLINE_MS = 10_000

export async function traceTransaction(
  network: Network,
  { endpoint, rpc }: FoundTransaction,
  status: TransactionStatus,
): Promise<Trace> {
  const { rung, block } = status
  const isSoft = rung !== null && compareRungs(rung, 'soft') >= 0
  const confirmation = isSoft ? await rpc.request('soft_getTransactionConfirmation', [status.hash]) : null
  const number = block?.number ?? 0
  const [signers, record, l1] = await Promise.all([
    confirmation === null ? [] : fetchSigners(network, confirmation),
    isSoft ? fetchRecord(network, endpoint.id, number) : null,
    isSoft ? fetchPosting(network.endpoints, endpoint.id, number) : null,
  ])
  const details: Partial<Record<Rung, object>> = {
    soft: { signed: signers.filter(({ signed }) => signed).length, of: signers.length },
    ...(record === null ? {} : { beacon: { beaconBlock: record.height } }),
    ...(l1 === null ? {} : { posted: { l1Block: l1.block, l1Transaction: l1.txHash } }),
  }
  const certificate = (confirmation as { certificate?: unknown } | null)?.certificate ?? null
  const steps = stepsOf(status, details)
  return { tx: status.hash, rollup: endpoint.name, rung, block, steps, certificate, signers, record, l1 }
}

function stepsOf({ rung, times }: TransactionStatus, details: Partial<Record<Rung, object>>): TraceStep[] {
  if (rung === null) return []
  const reached = RUNGS.filter((candidate) => compareRungs(candidate, rung) <= 0)
  const known = reached.map((candidate) => times[candidate]).filter((at) => at !== undefined)
  const start = Math.min(...known)
  return reached.map((candidate) => {
    const at = times[candidate] ?? null
    const latencyMs = at === null ? null : at - start
    return { rung: candidate, at, latencyMs, detail: { ...details[candidate] } }
  })
}

/** By the committee of the certificate's own instance, which may not be the present one. */
async function fetchSigners(network: Network, confirmation: unknown): Promise<Trace['signers']> {
  const { header, certificate } = confirmationFromJson(confirmation)
  const { rollup, epoch, sub } = header.instance
  const [committee, validators] = await Promise.all([
    network.beacon.request('beacon_getCommittee', [rollup, epoch, sub]) as Promise<CommitteeAnswer | null>,
    network.beacon.request('beacon_getValidators') as Promise<ValidatorAnswer[]>,
  ])
  if (committee === null) return []
  const signed = seatsOf(certificate.bitmap, committee.seats.length) ?? []
  const expelled = new Set(
    validators.filter(({ tombstonedIn }) => tombstonedIn !== null).map(({ index }) => index),
  )
  return committee.seats.map(({ seat, validator }) => ({
    seat,
    validator,
    signed: signed.includes(seat),
    tombstoned: expelled.has(validator),
  }))
}

async function fetchRecord(network: Network, rollup: number, height: number): Promise<Trace['record']> {
  const answer = (await network.beacon.request('beacon_getRecord', [rollup, height])) as {
    beacon: { height: number; digest: Hex }
  } | null
  return answer === null ? null : { height: answer.beacon.height, digest: answer.beacon.digest }
}

/** The batch on the L1 that holds the block. */
async function fetchPosting(
  { l1, contracts }: Endpoints,
  rollup: number,
  height: number,
): Promise<Trace['l1']> {
  const { inbox } = contracts
  if (l1 === null || inbox === undefined) return null
  const rpc = createRpcClient(l1.rpcUrl, { timeoutMs: L1_DEADLINE_MS })
  try {
    const client = new L1Client(rpc)
    const { deploymentBlock: fromBlock } = await fetchInboxConstants(client, inbox)
    const toBlock = (await client.block('latest'))?.number ?? fromBlock
    const logs = await client.logs({
      address: inbox,
      topics: postingTopics([rollupId(rollup)]),
      fromBlock,
      toBlock,
    })
    const posting = logs
      .map(decodePosting)
      .find((found) => found !== null && found.firstHeight <= height && height <= found.lastHeight)
    if (!posting) return null
    return { txHash: posting.l1Transaction, block: posting.l1Block, batch: posting.batchIndex }
  } finally {
    rpc.close()
  }
}
