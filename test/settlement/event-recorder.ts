/** Keeps a watcher's events and lets a test wait for one. */

import type { SettlementEvent } from '../../src/settlement/postings.ts'

export class EventRecorder {
  readonly events: SettlementEvent[] = []
  readonly #waiting = new Set<() => void>()

  readonly onEvent = (event: SettlementEvent): void => {
    this.events.push(event)
    for (const check of [...this.#waiting]) check()
  }

  /** As "posted 1-3", in order of arrival. */
  get summary(): string[] {
    return this.events.map(({ type, posting }) => `${type} ${posting.firstHeight}-${posting.lastHeight}`)
  }

  /** Resolves when the summary ends with `expected`. */
  async endsWith(...expected: string[]): Promise<void> {
    await this.#until(() => this.summary.slice(-expected.length).join() === expected.join())
  }

  /** Resolves when `entry` has arrived. */
  async includes(entry: string): Promise<SettlementEvent> {
    await this.#until(() => this.summary.includes(entry))
    return this.events[this.summary.indexOf(entry)]!
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
      check()
    })
  }
}
