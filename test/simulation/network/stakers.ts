/**
 * People with stakes, while a simulated network has its troubles: they put tokens with validators, take them out, move and claim them; one
 * registers a validator of which no machine is ever seen, and where there are enough, one validator leaves.
 */

import { ALL_TOKENS } from '../../../src/beacon/action-types.ts'
import type { AskedAction } from '../../../src/cli/send-action.ts'
import { DEV_ACCOUNTS } from '../../../src/devnet/dev-accounts.ts'
import type { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { simulatedSigner } from '../../../src/platform/simulated/signatures.ts'
import type { Hex } from '../../../src/primitives/bytes.ts'
import { utf8 } from '../../../src/primitives/bytes.ts'
import { keccak256 } from '../../../src/primitives/hash.ts'
import { provePossession } from '../../../src/primitives/possession.ts'
import type { SimulatedNetwork } from '../../../src/simulation/network.ts'
import { askBeacon } from './ask-beacon.ts'

const TOKEN = 10n ** 18n
/** Apart from these, a committee can do without one that leaves and one that is never there. */
const SPARE_VALIDATORS_MIN = 7
/** Signer of the validator that nobody runs. */
const ABSENT = 99

export class Stakers {
  readonly #network: SimulatedNetwork
  readonly #random: SeededRandom
  readonly #hasSpare: boolean
  #hasLeft = false
  #hasRegistered = false

  constructor(network: SimulatedNetwork, random: SeededRandom) {
    this.#network = network
    this.#random = random
    this.#hasSpare = network.machines.length >= SPARE_VALIDATORS_MIN
  }

  /** One of them does something. Whoever dies with the question leaves it unanswered. */
  act(): void {
    const [asked, key] = this.#draw()
    askBeacon(this.#network, asked, key).catch(() => {})
  }

  #draw(): readonly [AskedAction, Hex] {
    const validators = this.#network.plan.validators
    const validator = this.#random.below(validators.length)
    const to = this.#random.below(validators.length)
    const amount = this.#random.chance(0.2) ? ALL_TOKENS : BigInt(1 + this.#random.below(5_000)) * TOKEN
    const key = this.#random.pick(DEV_ACCOUNTS.slice(1, 4)).privateKey
    if (this.#hasSpare && !this.#hasLeft && this.#random.chance(0.05)) {
      this.#hasLeft = true
      return [{ type: 'exitValidator' }, validators.at(-1)!.keys.account]
    }
    if (this.#hasSpare && !this.#hasRegistered && this.#random.chance(0.05)) {
      this.#hasRegistered = true
      return [this.#registration(), DEV_ACCOUNTS[4]!.privateKey]
    }
    return this.#random.pick<readonly [AskedAction, Hex]>([
      [{ type: 'delegate', validator, amount }, key],
      [{ type: 'delegate', validator, amount }, key],
      [{ type: 'undelegate', validator, amount }, key],
      [{ type: 'redelegate', validator, to, amount }, key],
      [{ type: 'claim', validator }, key],
      [{ type: 'claim', validator }, validators[validator]!.keys.account],
      [{ type: 'unjail' }, validators[validator]!.keys.account],
    ])
  }

  #registration(): AskedAction {
    const signer = simulatedSigner(ABSENT)
    const { address } = DEV_ACCOUNTS[4]!
    return {
      type: 'registerValidator',
      votePublicKey: signer.publicKey,
      proofOfPossession: provePossession(signer, address, this.#network.genesis.chainId),
      networkKey: keccak256(utf8('nobody')),
      stake: 2_000n * TOKEN,
      commissionBps: 500,
    }
  }
}
