/** soft_*: what Ethereum's methods have no words for: rungs, confirmations, the committee. */

import type { Committee } from '../../consensus/committee.ts'
import { toHex } from '../../primitives/bytes.ts'
import { DecodeError } from '../../primitives/codec.ts'
import { epoch } from '../../primitives/ids.ts'
import { HEAD_RUNGS, isRung, RUNGS } from '../../primitives/ladder.ts'
import type { SignatureScheme } from '../../primitives/signatures.ts'
import type { Methods } from '../../rpc/dispatch.ts'
import { invalidParams, optional, readBlock, readHash, readLooseNumber } from '../../rpc/params.ts'
import type { RollupApplication } from '../application.ts'
import { confirmBlock } from '../confirm.ts'
import { type SoftConfirmation, verifyConfirmation } from '../confirmation.ts'
import { confirmationFromJson, confirmationToJson } from '../confirmation-json.ts'
import type { BlockReader } from './blocks.ts'
import type { CommitteeReader } from './committees.ts'
import type { StatusReader } from './status.ts'

/** Below the server's own limit on a call. */
const WAIT_MS_MAX = 25_000

export function softMethods(
  application: RollupApplication,
  blocks: BlockReader,
  statuses: StatusReader,
  committees: CommitteeReader,
  scheme: SignatureScheme,
): Methods {
  const { chain, heads, rollup, spec } = application

  const confirm = (height: number, index: number | null) => {
    const confirmation = confirmBlock(chain, spec.chainId, height, index)
    return confirmation === null ? null : confirmationToJson(confirmation)
  }

  return {
    soft_getConfirmation: ([block]) => confirm(blocks.height(readBlock(block)), null),

    soft_getTransactionConfirmation: ([transaction]) => {
      const place = chain.locate(readHash(transaction, 'transaction'))
      return place === null ? null : confirm(place.height, place.index)
    },

    soft_getTransactionStatus: ([transaction]) => statuses.status(readHash(transaction, 'transaction')),

    soft_waitFor: ([transaction, rung, timeout]) => {
      if (!isRung(rung)) throw invalidParams('rung', `one of ${RUNGS.join(', ')}`)
      const timeoutMs = optional(readLooseNumber)(timeout, 'timeout') ?? WAIT_MS_MAX
      return statuses.waitFor(readHash(transaction, 'transaction'), rung, Math.min(timeoutMs, WAIT_MS_MAX))
    },

    soft_getHeads: () =>
      Object.fromEntries(
        HEAD_RUNGS.map((rung) => {
          const number = heads.height(rung)
          return [rung, number < 0 ? null : { number, hash: chain.blockAt(number)!.hash }]
        }),
      ),

    soft_verify: ([confirmation]) => {
      const decoded = decode(confirmation)
      const committee = committees.committeeOf(decoded.header.instance)
      if (committee === null) return { ok: false, flaw: 'unknown-committee' }
      return verifyConfirmation(decoded, committee, scheme)
    },

    soft_getCommittee: ([number]) => {
      const asked = optional(readLooseNumber)(number, 'epoch')
      const committee =
        asked === undefined
          ? committees.current()
          : committees.committeeOf({ rollup, epoch: epoch(asked), sub: 0 })
      return committee === null ? null : committeeJson(committee)
    },
  }
}

function decode(confirmation: unknown): SoftConfirmation {
  try {
    return confirmationFromJson(confirmation)
  } catch (cause) {
    if (cause instanceof DecodeError)
      throw invalidParams('confirmation', `a soft confirmation: ${cause.message}`)
    throw cause
  }
}

function committeeJson({ instance, root, domains, totalWeight, members }: Committee) {
  return {
    ...instance,
    root,
    // What signatures begin with, from which view on.
    domains: domains.map(({ after, prefix }) => ({ after, prefix: toHex(prefix) })),
    totalWeight: totalWeight.toString(),
    seats: members.map(({ validator, account, publicKey, weight }, seat) => ({
      seat,
      validator,
      account,
      publicKey: toHex(publicKey),
      weight: weight.toString(),
    })),
  }
}
