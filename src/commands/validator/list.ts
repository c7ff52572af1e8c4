import { formatTokens } from '../../cli/amounts.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import type { ValidatorAnswer, ValidatorSetAnswer } from '../../cli/beacon-answers.ts'
import { openNetwork } from '../../cli/network.ts'
import { table } from '../../cli/output.ts'

export default class ValidatorList extends BaseCommand {
  static override readonly summary = 'List the validators with their stakes and weights, and who was slashed.'
  static override readonly examples = [
    '<%= config.bin %> validator list',
    '<%= config.bin %> validator list --json',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(ValidatorList)
    const { beacon, endpoints } = await openNetwork(this.folder(flags), flags.timeout)
    const [known, set] = await Promise.all([
      beacon.request('beacon_getValidators') as Promise<ValidatorAnswer[]>,
      beacon.request('beacon_getValidatorSet') as Promise<ValidatorSetAnswer>,
    ])
    const validators = known.map(({ index, account, votePublicKey, stake, slashed, tombstonedIn }) => ({
      index,
      address: account,
      pubkey: votePublicKey,
      stake,
      /** What an offence has cost it, in wei. */
      slashed,
      status: tombstonedIn === null ? 'active' : 'tombstoned',
      /** The epoch in which it was expelled. */
      tombstonedIn,
      /** In the Beacon Layer's votes and in draws: the stake, capped. */
      weight: set.validators.find(({ validator }) => validator === index)?.weight ?? '0',
      pid: endpoints.beacon.validators.find((validator) => validator.index === index)?.pid ?? null,
    }))
    this.report({ epoch: set.epoch, validators }, () => {
      const rows = validators.map(({ index, address, stake, slashed, tombstonedIn, weight, pid }) => [
        `validator ${index}`,
        address,
        `${formatTokens(stake)} staked`,
        `weight ${formatTokens(weight)}`,
        pid === null ? 'down' : `process ${pid}`,
        tombstonedIn === null ? '' : `expelled in epoch ${tombstonedIn}, slashed by ${formatTokens(slashed)}`,
      ])
      for (const line of table(rows)) this.output.print(line)
    })
  }
}
