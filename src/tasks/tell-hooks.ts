/** Tells the hooks of plugins what a watcher sees. A plugin that fails is named once, and doesn't keep others from being told. */

import { isBeaconError } from '../errors/beacon-error.ts'
import type { HookRunner } from '../plugin/hook-runner.ts'
import type { NetworkEvent } from './watch-network.ts'

export function hookTeller(
  hooks: HookRunner,
  note: (line: string) => void,
): (event: NetworkEvent) => Promise<void> {
  const named = new Set<string>()
  return async (event) => {
    try {
      await tell(hooks, event)
    } catch (cause) {
      if (!isBeaconError(cause)) throw cause
      if (!named.has(cause.message)) note(`warning: ${cause.message}`)
      named.add(cause.message)
    }
  }
}

/** Whether any plugin wants to know. */
export function areHooksWatching(hooks: HookRunner): boolean {
  return hooks.has('devnet') || hooks.has('rollup') || hooks.has('election') || hooks.has('staking')
}

async function tell(hooks: HookRunner, event: NetworkEvent): Promise<unknown> {
  switch (event.type) {
    case 'watching':
      return hooks.parallel('devnet', 'watching', event.endpoints)
    case 'watched':
      return hooks.parallel('devnet', 'watched', event.network)
    case 'created':
      return hooks.parallel('rollup', 'created', event.rollup)
    case 'block':
      return hooks.parallel('rollup', 'block', event.block)
    case 'confirmation':
      return hooks.parallel('rollup', 'confirmation', event.confirmation)
    case 'committee':
      return hooks.parallel('election', 'committeeDrawn', event.committee)
    case 'set':
      return hooks.parallel('staking', 'setChanged', event.set)
    case 'slashed':
      return hooks.parallel('staking', 'slashed', event.slashing)
    case 'validator':
      return hooks.parallel('staking', event.news.name, event.news.change)
  }
}
