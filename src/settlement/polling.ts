/** Does one thing again and again, at a steady pace while it succeeds and ever more slowly while it fails. Never twice at once. */

import type { Logger, Timers } from '../platform/ports.ts'

export interface Polling {
  /** Does it as soon as possible instead of at the next turn. */
  wake(): void
  /** Resolves when what is under way has ended; afterwards nothing is done any more. */
  stop(): Promise<void>
}

export interface PollingOptions {
  readonly intervalMs: number
  /** The longest pause between failing attempts. */
  readonly intervalMsMax: number
}

export function startPolling(
  { intervalMs, intervalMsMax }: PollingOptions,
  { timers, log }: { timers: Timers; log: Logger },
  act: () => Promise<void>,
): Polling {
  let failures = 0
  let stopped = false
  let wanted = false
  let running: Promise<void> | null = null
  let cancelTurn: () => void

  async function attempt(): Promise<void> {
    try {
      await act()
      if (failures > 0) log.info({ failures }, 'the L1 answers again')
      failures = 0
    } catch (error) {
      failures += 1
      // One line when trouble begins; the rest would only fill the log.
      const record = failures === 1 ? log.warn.bind(log) : log.debug.bind(log)
      record({ error: String(error), failures }, 'the L1 cannot be followed now; trying again')
    }
  }

  function run(): void {
    cancelTurn()
    wanted = false
    running = attempt().then(() => {
      running = null
      if (stopped) return
      const pauseMs = Math.min(intervalMs * 2 ** Math.min(failures, 20), intervalMsMax)
      cancelTurn = timers.schedule(wanted && failures === 0 ? 0 : pauseMs, run)
    })
  }

  cancelTurn = timers.schedule(0, run)
  return {
    wake() {
      if (stopped) return
      wanted = true
      if (running !== null || failures > 0) return
      cancelTurn()
      cancelTurn = timers.schedule(0, run)
    },
    async stop() {
      stopped = true
      cancelTurn()
      await running
    },
  }
}
