/** Shows how a devnet starts, from the events that it tells. */

import type { DevnetEvent } from '../devnet/events.ts'
import type { Output } from './output.ts'
import { type Step, showProgress } from './progress.ts'

export class StartProgress {
  readonly #output: Output
  readonly #l1 = Promise.withResolvers<void>()
  readonly #validators = Promise.withResolvers<void>()
  #validatorsWanted = Number.POSITIVE_INFINITY
  #validatorsReady = 0
  #say: (text: string) => void = () => {}
  #isOver = false

  constructor(output: Output) {
    this.#output = output
  }

  /** False if the event is no part of the start. */
  notice(event: DevnetEvent): boolean {
    if (this.#isOver) return false
    if (event.type === 'starting') this.#validatorsWanted = event.validators
    else if (event.type === 'l1-ready') this.#l1.resolve()
    else if (event.type === 'validator-ready') this.#noticeValidator()
    else return false
    return true
  }

  /** Shows the steps until `start` settles, as which it settles. */
  async follow<Result>(start: Promise<Result>): Promise<Result> {
    const up = start.then(() => {
      // A devnet without an L1 never tells of one.
      this.#l1.resolve()
      this.#validators.resolve()
    })
    const orFailure = (step: Promise<void>) => Promise.race([step, up])
    const steps: Step[] = [
      { title: 'L1', run: () => orFailure(this.#l1.promise) },
      {
        title: 'validators',
        run: (say) => {
          this.#say = say
          return orFailure(this.#validators.promise)
        },
      },
      { title: 'blocks', run: () => up },
    ]
    try {
      await showProgress(this.#output, steps)
    } finally {
      this.#isOver = true
    }
    return start
  }

  #noticeValidator(): void {
    this.#validatorsReady += 1
    this.#say(`${this.#validatorsReady} of ${this.#validatorsWanted}`)
    if (this.#validatorsReady === this.#validatorsWanted) this.#validators.resolve()
  }
}
