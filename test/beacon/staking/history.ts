/** What people do with their stakes, at random: contents for one block after another, most of it allowed, some of it not. */

import { type Action, ALL_TOKENS } from '../../../src/beacon/action-types.ts'
import { createEvidence } from '../../../src/beacon/evidence.ts'
import { BEACON_CHAIN_ID } from '../../../src/beacon/params.ts'
import type { BlockContents } from '../../../src/beacon/transition.ts'
import { isQuorum } from '../../../src/consensus/committee.ts'
import type { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { utf8 } from '../../../src/primitives/bytes.ts'
import { keccak256, keccakHex } from '../../../src/primitives/hash.ts'
import { beaconInstance, view } from '../../../src/primitives/ids.ts'
import { provePossession } from '../../../src/primitives/possession.ts'
import { accountOf, castVote, signers, TOKEN } from '../fixture.ts'
import type { Ledger } from '../transition/ledger.ts'

interface Person {
  readonly key: Uint8Array
  readonly address: `0x${string}`
}

/** Validator 0 makes the blocks: it stays out of trouble. */
export class History {
  /** Who has tokens at first. */
  readonly people: readonly Person[] = ['ann', 'ben', 'cat', 'dan'].map(accountOf)
  readonly #random: SeededRandom
  readonly #ledger: Ledger
  readonly #genesisValidators: number
  /** Of the genesis's validators but the first. */
  readonly #owners: readonly Person[]
  /** Who is away for a while. */
  #absent: number[] = []

  constructor(ledger: Ledger, random: SeededRandom) {
    this.#ledger = ledger
    this.#random = random
    this.#genesisValidators = ledger.state.validatorCount()
    this.#owners = Array.from({ length: this.#genesisValidators - 1 }, (_, i) =>
      accountOf(`validator ${i + 1}`),
    )
  }

  /** With fewer than so many actions. */
  next(actionsBelow = 4): Partial<BlockContents> {
    if (this.#random.chance(0.02)) this.#absent = this.#draw(1 + this.#random.below(2))
    const nonces = new Map<string, number>()
    const actions = Array.from({ length: this.#random.below(actionsBelow) }, () => {
      const actor = this.#actor()
      const nonce = nonces.get(actor.address) ?? this.#ledger.state.account(actor.address).nonce
      nonces.set(actor.address, nonce + 1)
      return this.#ledger.sign({ ...this.#action(actor), nonce } as Action, actor)
    })
    const attendance = this.#random.chance(0.9) ? this.#attendance() : []
    const evidence = this.#random.chance(0.004) ? this.#offence() : []
    return { attendance, evidence, actions }
  }

  /** None where those who are away could have stopped the chain. */
  #attendance() {
    const { height, voters } = this.#ledger
    const there = voters.members.filter(({ validator }) => !this.#absent.includes(validator))
    const weight = there.reduce((sum, member) => sum + member.weight, 0n)
    return height > 0 && isQuorum(voters, weight) ? [this.#ledger.attendance(this.#absent)] : []
  }

  #actor(): Person {
    return this.#random.pick([...this.people, ...this.people, ...this.#owners])
  }

  #action(actor: Person): Omit<Action, 'nonce'> | object {
    const { state } = this.#ledger
    const validator = this.#random.below(state.validatorCount() + (this.#random.chance(0.05) ? 1 : 0))
    const amount = this.#random.chance(0.1)
      ? ALL_TOKENS
      : BigInt(this.#random.below(1_000_000)) * (TOKEN / 20_000n)
    const to = this.#random.below(state.validatorCount())
    const commissionBps = this.#random.below(700)
    return this.#random.pick([
      () => ({ type: 'delegate', validator, amount }),
      () => ({ type: 'delegate', validator, amount }),
      () => ({ type: 'undelegate', validator, amount }),
      () => ({ type: 'redelegate', validator, to, amount }),
      () => ({ type: 'claim', validator }),
      () => ({ type: 'claim', validator }),
      () => ({ type: 'setCommission', commissionBps }),
      () => (this.#random.chance(0.1) ? { type: 'exitValidator' } : { type: 'unjail' }),
      () => ({ type: 'transfer', to: actor.address, amount }),
      () => this.#registration(actor, commissionBps),
    ])()
  }

  #registration({ address }: Person, commissionBps: number) {
    const at = this.#genesisValidators + this.#random.below(signers.length - this.#genesisValidators)
    const signer = signers[at]!
    return {
      type: 'registerValidator',
      votePublicKey: signer.publicKey,
      proofOfPossession: provePossession(signer, address, BEACON_CHAIN_ID),
      networkKey: keccak256(utf8(`history ${at}`)),
      stake: BigInt(this.#random.below(200)) * TOKEN,
      commissionBps,
    }
  }

  /** By one of those whose keys are at hand: the fixture signs for validator i with signer i. */
  #offence() {
    const { voters, height } = this.#ledger
    const seats = [...voters.members.keys()].filter((seat) => {
      const { validator } = voters.members[seat]!
      return validator !== 0 && validator < this.#genesisValidators
    })
    // Too few would be left to make blocks.
    if (height === 0 || voters.members.length < 7 || seats.length === 0) return []
    const seat = this.#random.pick(seats)
    const [a, b] = ['a', 'b'].map((what) => castVote(voters, seat, 'N', view(9), keccakHex(utf8(what))))
    return [createEvidence(beaconInstance(this.#ledger.epochAt(height)), a!, b!)]
  }

  #draw(count: number): number[] {
    return Array.from({ length: count }, () => 1 + this.#random.below(this.#genesisValidators - 1))
  }
}
