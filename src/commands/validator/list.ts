import { formatTokens } from '../../cli/amounts.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import type { ValidatorAnswer, ValidatorSetAnswer } from '../../cli/beacon-answers.ts'
import { openNetwork } from '../../cli/network.ts'
import { table } from '../../cli/output.ts'
import { validatorStatus } from '../../cli/validator-status.ts'

export default class ValidatorList extends BaseCommand {
  static override readonly summary =
    'List the validators with their stakes and weights, and who was slashed, jailed or has left.'
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
    const validators = known.map((validator) => {
      const { index, account, votePublicKey, stake, slashed, commissionBps, tombstonedIn, jailedIn } =
        validator
      const ours = endpoints.beacon.validators.find((planned) => planned.index === index)
      const weight = set.validators.find((entry) => entry.validator === index)?.weight ?? '0'
      return {
        index,
        address: account,
        pubkey: votePublicKey,
        stake,
        /** What offences and absence have cost it, in wei. */
        slashed,
        /** In hundredths of a percent. */
        commissionBps,
        ...validatorStatus(validator, weight !== '0'),
        /** The epoch in which it was expelled. */
        tombstonedIn,
        jailedIn,
        /** In the Beacon Layer's votes and in draws: the stake, capped. */
        weight,
        pid: ours?.pid ?? null,
        /** Whether its process belongs to this devnet. */
        isLocal: ours !== undefined,
      }
    })
    this.report({ epoch: set.epoch, validators }, () => {
      const rows = validators.map(({ index, address, stake, weight, pid, isLocal, note, slashed }) => [
        `validator ${index}`,
        address,
        `${formatTokens(stake)} staked`,
        `weight ${formatTokens(weight)}`,
        isLocal ? (pid === null ? 'down' : `process ${pid}`) : 'elsewhere',
        [note, slashed === '0' ? '' : `slashed by ${formatTokens(slashed)}`]
          .filter((text) => text !== '')
          .join(', '),
      ])
      for (const line of table(rows)) this.output.print(line)
    })
  }
}
