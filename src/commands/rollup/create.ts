import { Args, Flags } from '@oclif/core'
import { parseTokens } from '../../cli/amounts.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { configuredRollup } from '../../cli/configured-devnet.ts'
import { createRollup, type RollupWishes } from '../../cli/create-rollup.ts'
import { committeeResult, describeCommittee } from '../../cli/describe-committee.ts'
import { USAGE } from '../../cli/failure.ts'
import { openNetwork } from '../../cli/network.ts'
import { describeEnd } from '../../cli/rollup-end.ts'
import { DEV_ACCOUNTS } from '../../devnet/dev-accounts.ts'
import { parseDuration } from '../../primitives/duration.ts'
import { DEFAULT_VM, VM_NAMES } from '../../primitives/rollup-spec.ts'

const SEQUENCERS_DEFAULT = 5

export default class RollupCreate extends BaseCommand {
  static override readonly summary =
    'Create a rollup: its sequencers are drawn from the validators by stake and randomness.'
  static override readonly description =
    'Account 0 of the dev mnemonic registers it. What no flag says is as the configuration has the rollup of this name. Returns when a committee is drawn and two thirds of it have confirmed the first block.'
  static override readonly examples = [
    '<%= config.bin %> rollup create',
    '<%= config.bin %> rollup create game --sequencers 7 --block-time 500 --json',
    {
      description: 'Only validators with much at stake.',
      command: '<%= config.bin %> rollup create bank --min-stake 34000 --chain-id 4242 --vm ethereumjs',
    },
    {
      description: 'One that is gone after ten minutes.',
      command: '<%= config.bin %> rollup create demo --lifetime 10m',
    },
  ]
  static override readonly args = { name: Args.string({ description: 'app, if that is free' }) }
  static override readonly flags = {
    sequencers: Flags.integer({ summary: 'seats of its committee (5)', helpValue: 'N' }),
    vm: Flags.option({
      summary: 'what executes its transactions: the EVM in WASM, or @ethereumjs/evm (evm)',
      options: VM_NAMES,
    })(),
    'block-time': Flags.string({
      summary: 'a block as soon as there is work, or every so many ms (instant)',
      helpValue: 'instant|MS',
    }),
    'chain-id': Flags.integer({ summary: 'the next free one from 7700001 if left out', helpValue: 'N' }),
    'min-stake': Flags.string({
      summary: 'validators with less are not drawn (0)',
      helpValue: 'TOKENS',
    }),
    lifetime: Flags.string({
      summary: 'it ends by itself so long after its registration, as in 90s, 10m, 2h or 1d (never)',
      helpValue: 'DURATION',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RollupCreate)
    const folder = this.folder(flags)
    const configured = configuredRollup(await this.project(), flags.name, args.name)
    const blockTime = flags['block-time']
    const minStake = flags['min-stake']
    const lifetimeMs =
      flags.lifetime === undefined ? (configured?.lifetimeMs ?? null) : parseLifetime(flags.lifetime)
    const wishedId = flags['chain-id'] ?? configured?.chainId ?? null
    const wishes: RollupWishes = {
      sequencers: flags.sequencers ?? configured?.sequencers ?? SEQUENCERS_DEFAULT,
      vm: flags.vm ?? configured?.vm ?? DEFAULT_VM,
      blockTimeMs: blockTime === undefined ? (configured?.blockTimeMs ?? 0) : parseBlockTime(blockTime),
      minStake: minStake === undefined ? (configured?.minStakeWei ?? 0n) : parseTokens(minStake),
      ...(args.name === undefined ? {} : { name: args.name }),
      ...(wishedId === null ? {} : { chainId: wishedId }),
      ...(lifetimeMs === null ? {} : { lifetimeMs }),
    }
    const network = await openNetwork(folder, flags.timeout)
    const created = await createRollup(network, folder, wishes, DEV_ACCOUNTS[0]!.privateKey, flags.timeout)
    const { id, name, chainId, rpcUrl, wsUrl, vm } = created.endpoint
    const result = {
      id,
      name,
      chainId,
      rpcUrl,
      wsUrl,
      vm,
      height: created.height,
      ...committeeResult(created.committee),
      absent: created.absent,
      ends: created.ends,
    }
    this.report(result, () => {
      for (const { seat, validator } of created.absent) {
        this.output.warn(`seat ${seat} isn't up: see \`beacon devnet logs validator-${validator}\``)
      }
      this.output.print(`${this.output.paint.bold(name)} is up: chain ${chainId} at ${rpcUrl} (${wsUrl})`)
      for (const line of describeCommittee(created.committee)) this.output.print(line)
      this.output.print(`block ${created.height} is confirmed`)
      if (created.ends !== null) this.output.print(`it ${describeEnd(created.ends)}`)
    })
  }
}

function parseBlockTime(text: string): number {
  if (text === 'instant') return 0
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw USAGE({
    problem: `--block-time is 'instant' or a number of ms, not '${text}'`,
    help: 'beacon rollup create --help',
  })
}

function parseLifetime(text: string): number {
  const durationMs = parseDuration(text)
  if (durationMs !== null) return durationMs
  throw USAGE({
    problem: `--lifetime is a duration as in 90s, 10m, 2h or 1d, not '${text}'`,
    help: 'beacon rollup create --help',
  })
}
