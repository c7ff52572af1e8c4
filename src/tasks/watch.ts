/** `beacon run watch`. */

import { formatTokens } from '../cli/amounts.ts'
import type { TaskContext } from '../plugin/context.ts'
import { hookTeller } from './tell-hooks.ts'
import type { ValidatorNews } from './validator-changes.ts'
import { type NetworkEvent, watchNetwork } from './watch-network.ts'

/** What happened on the network. */
type Seen = Exclude<NetworkEvent, { readonly type: 'watching' | 'watched' }>

interface Args {
  readonly duration: number | undefined
  readonly quiet: boolean
}

export default async function watch({ duration, quiet }: Args, context: TaskContext) {
  const { project, signal, print, note } = context
  // Says at once if nothing is running.
  await context.openNetwork()
  const tellHooks = hookTeller(project.hooks, note)
  const counts: Record<Seen['type'], number> = {
    created: 0,
    block: 0,
    confirmation: 0,
    committee: 0,
    set: 0,
    slashed: 0,
    validator: 0,
  }
  await watchNetwork({
    openNetwork: context.openNetwork,
    since: Date.now(),
    signal: duration === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(duration)]),
    onEvent: async (event) => {
      if (isSeen(event)) {
        counts[event.type] += 1
        if (!quiet) print(describe(event))
      }
      await tellHooks(event)
    },
  })
  return { seen: counts }
}

function isSeen(event: NetworkEvent): event is Seen {
  return event.type !== 'watching' && event.type !== 'watched'
}

function describe(event: Seen): string {
  switch (event.type) {
    case 'created':
      return `${event.rollup.name} is new, at ${event.rollup.rpcUrl}`
    case 'block':
      return `${event.block.rollup} block ${event.block.number} with ${event.block.transactions.length} transactions`
    case 'confirmation':
      return `${event.confirmation.rollup} block ${event.confirmation.number} is ${event.confirmation.rung}`
    case 'committee':
      return `${event.committee.rollup} in epoch ${event.committee.epoch}: validators ${event.committee.seats.join(' ')}`
    case 'set':
      return `epoch ${event.set.epoch} has other stakes: ${event.set.validators.length} validators`
    case 'slashed': {
      const { validator, slashedWei, offence, beaconBlock } = event.slashing
      const cost = formatTokens(slashedWei)
      return `validator ${validator} is expelled and slashed by ${cost}, for ${offence} votes: Beacon block ${beaconBlock}`
    }
    case 'validator':
      return describeNews(event.news)
  }
}

function describeNews({ name, change }: ValidatorNews): string {
  const validator = `validator ${change.validator}`
  switch (name) {
    case 'registered':
      return `${validator} is new, with a stake of ${formatTokens(change.stakeWei)}`
    case 'joined':
      return `${validator} serves from epoch ${change.epoch} on`
    case 'jailed':
      return `${validator} was away for too long, and is jailed in epoch ${change.epoch}`
    case 'unjailed':
      return `${validator} is out of jail`
    case 'left':
      return `${validator} leaves: epoch ${change.epoch} is the first without it`
  }
}
