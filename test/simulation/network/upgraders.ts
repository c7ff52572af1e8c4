/**
 * Validators that want other code, while a simulated network has its troubles: they publish some, propose it and approve, not all of them. The code
 * is a word that says what is wrong with it; all of it is executed by the twin.
 */

import type { LoadRuntime, Runtime } from '../../../src/beacon/runtime/runtime.ts'
import { RuntimeFailure } from '../../../src/beacon/runtime/runtime.ts'
import { loadTwin, twin } from '../../../src/beacon/runtime/twin.ts'
import type { AskedAction } from '../../../src/cli/send-action.ts'
import type { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { utf8 } from '../../../src/primitives/bytes.ts'
import { keccakHex } from '../../../src/primitives/hash.ts'
import type { SimulatedNetwork } from '../../../src/simulation/network.ts'
import { askBeacon } from './ask-beacon.ts'

const PUBLISHING = 2
const PROPOSING = 4
const KINDS = ['good', 'good', 'broken', 'trapping', 'late'] as const

export class Upgraders {
  readonly #network: SimulatedNetwork
  readonly #random: SeededRandom
  #code = utf8('good')
  #acts = 0

  constructor(network: SimulatedNetwork, random: SeededRandom) {
    this.#network = network
    this.#random = random
  }

  /** One of them does something: some code is published and proposed, a few times in case it is lost, and then approved. */
  act(): void {
    const round = this.#acts++ % (PUBLISHING + PROPOSING + 3 * this.#network.machines.length)
    if (round === 0) this.#code = utf8(`${this.#random.pick(KINDS)} ${this.#random.below(1000)}`)
    const code = keccakHex(this.#code)
    const data = this.#code
    if (round < PUBLISHING) this.#ask({ type: 'publishCode', code, codeBytes: data.length, part: 0, data })
    else if (round < PUBLISHING + PROPOSING) this.#ask({ type: 'proposeRuntime', code })
    else this.#ask({ type: 'approveRuntime', code })
  }

  #ask(asked: AskedAction): void {
    const { keys } = this.#random.pick(this.#network.plan.validators)
    // Whoever dies with the question leaves it unanswered.
    askBeacon(this.#network, asked, keys.account).catch(() => {})
  }
}

/** What the code says of itself. */
export const loadSimulatedRuntime: LoadRuntime = async (code) => {
  const kind = new TextDecoder().decode(code).split(' ')[0]
  if (kind === 'broken') throw new RuntimeFailure('NOT_A_RUNTIME')
  // At once, or in its second epoch perhaps.
  if (kind === 'trapping') return trappingAt(() => true)
  if (kind === 'late') return trappingAt((height) => height % 13 === 5)
  return loadTwin(code)
}

function trappingAt(isTrap: (height: number) => boolean): Runtime {
  const check = (height: number) => {
    if (isTrap(height)) throw new RuntimeFailure('TRAPPED')
  }
  return {
    applyBlock: (host, input) => {
      const applied = twin.applyBlock(host, input)
      check(input.height)
      return applied
    },
    composeBlock: (host, input) => {
      check(input.height)
      return twin.composeBlock(host, input)
    },
  }
}
