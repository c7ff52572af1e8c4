import { getCreateAddress, HDNodeWallet } from 'ethers'
import { SeededRandom } from '../../src/platform/simulated/random.ts'
import { fromHex, type Hex } from '../../src/primitives/bytes.ts'
import { signTransaction, type Unsigned } from '../../src/rollup/sign-transaction.ts'
import { decodeTransaction, type Transaction } from '../../src/rollup/transaction.ts'
import { CHAIN_ID, DEV_ADDRESSES, DEV_MNEMONIC } from '../rollup/local-rollup.ts'
import { abi, DEPLOYMENT } from '../rollup/probe.ts'

const FEES = { maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 9n }
const NO_DATA = new Uint8Array(0)
/** Whose hashes are asked for: blocks that are, that are no longer known, and that aren't yet. */
const HEIGHTS = 400

interface Sender {
  readonly address: Hex
  readonly key: Uint8Array
  nonce: number
}

type Draft = Pick<Unsigned, 'to' | 'value' | 'data' | 'gasLimit'> & Partial<Pick<Unsigned, 'accessList'>>

export class MixedLoad {
  readonly #random: SeededRandom
  readonly #senders: Sender[]
  /** Tokens with a function for each corner of gas accounting. */
  readonly #contracts: Hex[] = []

  constructor(seed: number) {
    this.#random = new SeededRandom(seed)
    const wallets = [0, 1, 2, 3].map((i) =>
      HDNodeWallet.fromPhrase(DEV_MNEMONIC, undefined, `m/44'/60'/0'/0/${i}`),
    )
    this.#senders = wallets
      .map(({ address, privateKey }) => ({
        address: address.toLowerCase() as Hex,
        key: fromHex(privateKey as Hex),
        nonce: 0,
      }))
      .filter(({ address }) => DEV_ADDRESSES.includes(address))
  }

  next(): Transaction {
    const sender = this.#random.pick(this.#senders)
    const { to, value, data, gasLimit, accessList = [] } = this.#draft(sender)
    const fields = { to, value, data, gasLimit, accessList, ...FEES, nonce: sender.nonce++ }
    return decodeTransaction(signTransaction(fields, CHAIN_ID, sender.key), CHAIN_ID)
  }

  #draft(sender: Sender): Draft {
    if (this.#contracts.length === 0 || this.#random.below(200) === 0) return this.#deploy(sender)
    const contract = this.#random.pick(this.#contracts)
    const call = (name: string, ...values: unknown[]): Draft => ({
      to: contract,
      value: 0n,
      data: fromHex(abi.encodeFunctionData(name, values) as Hex),
      gasLimit: 400_000,
    })
    const slot = `0x${this.#random.below(16).toString(16).padStart(64, '0')}` as Hex
    const kinds: (() => Draft)[] = [
      () => ({ to: this.#stranger(), value: this.#amount(), data: NO_DATA, gasLimit: 21_000 }),
      () => ({ to: this.#stranger(), value: 0n, data: NO_DATA, gasLimit: 21_000 }),
      () => call('transfer', this.#stranger(), this.#amount()),
      () => call('transfer', this.#random.pick(this.#senders).address, this.#amount()),
      () => call('approve', this.#stranger(), this.#amount()),
      () => call('transferFrom', this.#random.pick(this.#senders).address, this.#stranger(), 1n),
      () => call('fill', this.#random.below(12)),
      () => ({
        ...call('clear', this.#random.below(12)),
        accessList: [{ address: contract, storageKeys: [slot] }],
      }),
      () => call('observe', this.#random.below(HEIGHTS)),
      () => call('environment'),
      () => ({ ...call('nested'), value: this.#amount() }),
      () => call('transient', this.#amount()),
      () => call('recover', `0x${'5e'.repeat(32)}`, 27, `0x${'11'.repeat(32)}`, `0x${'22'.repeat(32)}`),
      () => call('fail'),
      () => ({ ...call('spin'), gasLimit: 30_000 + this.#random.below(30_000) }),
      () => ({ ...call('breakDown'), gasLimit: 60_000 }),
      () => ({ to: this.#precompile(), value: 0n, data: this.#random.bytes(128), gasLimit: 300_000 }),
    ]
    return this.#random.pick(kinds)()
  }

  #deploy(sender: Sender): Draft {
    const address = getCreateAddress({ from: sender.address, nonce: sender.nonce })
    this.#contracts.push(address.toLowerCase() as Hex)
    const data = fromHex(DEPLOYMENT.data)
    return { to: null, value: 0n, data, gasLimit: 2_000_000 }
  }

  #stranger(): Hex {
    return `0x${(0xb0a700 + this.#random.below(300)).toString(16).padStart(40, '0')}`
  }

  #precompile(): Hex {
    return `0x${(1 + this.#random.below(9)).toString(16).padStart(40, '0')}`
  }

  #amount(): bigint {
    return BigInt(this.#random.below(1_000_000))
  }
}
