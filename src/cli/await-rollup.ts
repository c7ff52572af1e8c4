/**
 * Sees a registered rollup come to life. One seat that answers and one confirmed block are enough for it to be up: a committee works with a
 * seat down, and so must whoever waits for it. The other seats then get a moment to appear, and those that don't are named.
 */

import { setTimeout as delay } from 'node:timers/promises'
import type { RollupEndpoint } from '../devnet/endpoints.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { CommitteeAnswer } from './beacon-answers.ts'

/** Where signs of life are looked for. Each look gives null as long as there is nothing. */
export interface RollupSigns {
  /** Its address, once a seat has reported where it answers. */
  readonly endpoint: () => Promise<RollupEndpoint | null>
  /** Height of its newest confirmed block. */
  readonly height: (rpcUrl: string) => Promise<number | null>
}

export interface LivingRollup {
  readonly endpoint: RollupEndpoint
  /** Of the first confirmed block that was seen. */
  readonly height: number
  /** Those of the committee that haven't appeared. */
  readonly absent: readonly AbsentSeat[]
}

export interface AbsentSeat {
  readonly seat: number
  readonly validator: number
}

/** Looks until there is something, or throws ROLLUP_LATE: `stage` says what there isn't. */
export type Awaited = <Value>(stage: string, look: () => Promise<Value | null>) => Promise<Value>

export const ROLLUP_LATE = defineError<{ name: string; stage: string; timeoutMs: number }>({
  code: 'C307',
  name: 'ROLLUP_LATE',
  kind: 'environment',
  message: ({ name, stage, timeoutMs }) => `rollup '${name}' has no ${stage} after ${timeoutMs} ms`,
  hint: () => 'look at `beacon devnet logs`; it may still come: `beacon rollup inspect` shows it',
})

const POLL_MS = 20
/** For the rest of the committee, once the rollup is up: beyond this a seat is taken to be down. */
const OTHERS_WAIT_MS = 2_000

export async function awaitRollup(
  signs: RollupSigns,
  committee: CommitteeAnswer,
  awaited: Awaited,
  othersWaitMs = OTHERS_WAIT_MS,
): Promise<LivingRollup> {
  let endpoint = await awaited('address', signs.endpoint)
  const height = await awaited('confirmed block', () => signs.height(endpoint.rpcUrl))
  const othersDeadline = Date.now() + othersWaitMs
  for (;;) {
    endpoint = (await signs.endpoint()) ?? endpoint
    const absent = absentSeats(endpoint, committee)
    if (absent.length === 0 || Date.now() >= othersDeadline) return { endpoint, height, absent }
    await delay(POLL_MS)
  }
}

export function awaitedWithin(name: string, timeoutMs: number): Awaited {
  const deadline = Date.now() + timeoutMs
  return async (stage, look) => {
    while (Date.now() < deadline) {
      const found = await look()
      if (found !== null) return found
      await delay(POLL_MS)
    }
    throw ROLLUP_LATE({ name, stage, timeoutMs })
  }
}

/** None once another committee is at work: this one's time is over. */
function absentSeats({ epoch, committee }: RollupEndpoint, drawn: CommitteeAnswer): readonly AbsentSeat[] {
  if (epoch !== drawn.epoch) return []
  const answering = new Set(committee.filter(({ rpcUrl }) => rpcUrl !== null).map(({ seat }) => seat))
  return drawn.seats
    .filter(({ seat }) => !answering.has(seat))
    .map(({ seat, validator }) => ({ seat, validator }))
}
