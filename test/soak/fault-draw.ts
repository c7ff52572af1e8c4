/** Faults as chance brings them: one at a time, each with a time of its own. Never more than the network is built to bear for long. */

import type { Fault } from '../../src/config/fault.ts'
import { describeFault } from '../../src/devnet/faults/describe-fault.ts'
import type { SeededRandom } from '../../src/platform/simulated/random.ts'
import type { TestDevnet } from '../../src/testing/devnet.ts'

export interface DrawnFault {
  readonly text: string
  readonly seconds: number
  begin(devnet: TestDevnet): Promise<unknown>
}

const SECONDS_MIN = 5
const SECONDS_MAX = 25

type Draw = (random: SeededRandom, validators: readonly string[]) => Fault | string

/** A text is a validator that is stopped in order and started again. */
const DRAWS: readonly Draw[] = [
  (random, all) => ({ kind: 'kill', processes: someOf(random, mortal(all)) }),
  (random, all) => ({ kind: 'pause', processes: someOf(random, all) }),
  () => ({ kind: 'kill', processes: ['l1'] }),
  (random, all) => ({ kind: 'partition', groups: halves(random.shuffled(all)) }),
  (random, all) => ({ kind: 'partition', groups: [[random.pick(all)]] }),
  (random, all) => ({ kind: 'partition', groups: [[random.pick(all)]], oneWay: true }),
  (random, all) => {
    const ms = 20 + random.below(400)
    return { kind: 'delay', processes: someOf(random, all), ms, jitterMs: random.below(ms) }
  },
  (random, all) => ({ kind: 'drop', processes: someOf(random, all), percent: 2 + random.below(30) }),
  (random, all) => ({ kind: 'slow-disk', processes: someOf(random, all), ms: 5 + random.below(200) }),
  (random, all) => random.pick(mortal(all)),
]

/** Goes through all kinds in an order of chance before any comes again, and never ends. */
export function* drawFaults(random: SeededRandom, validators: number): Generator<DrawnFault, never> {
  const names = Array.from({ length: validators }, (_, i) => `validator-${i}`)
  for (;;) for (const draw of random.shuffled(DRAWS)) yield toDrawn(draw(random, names), random)
}

function toDrawn(drawn: Fault | string, random: SeededRandom): DrawnFault {
  const seconds = SECONDS_MIN + random.below(SECONDS_MAX - SECONDS_MIN + 1)
  if (typeof drawn === 'string') {
    return { text: `restart ${drawn}`, seconds: 0, begin: (devnet) => devnet.restart(drawn) }
  }
  return {
    text: describeFault(drawn),
    seconds,
    begin: (devnet) => devnet.fault.run([{ fault: drawn }]),
  }
}

/** One validator or two, and always less than a third of all. */
function someOf(random: SeededRandom, validators: readonly string[]): string[] {
  const bearable = Math.floor((validators.length - 1) / 3)
  return random.shuffled(validators).slice(0, 1 + random.below(Math.min(2, bearable)))
}

/** The last two live through it all, so that it shows whether a validator leaks. */
function mortal(validators: readonly string[]): readonly string[] {
  return validators.slice(0, -2)
}

function halves(validators: readonly string[]): string[][] {
  const middle = Math.floor(validators.length / 2)
  return [validators.slice(0, middle), validators.slice(middle)]
}
