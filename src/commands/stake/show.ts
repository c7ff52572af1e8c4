import { ActionCommand, FROM_FLAG } from '../../cli/action-command.ts'
import { formatTokens } from '../../cli/amounts.ts'
import type { HoldingAnswer } from '../../cli/beacon-answers.ts'
import { openNetwork } from '../../cli/network.ts'
import { table } from '../../cli/output.ts'

export default class StakeShow extends ActionCommand {
  static override readonly summary =
    'Show what an account has with validators, has earned there, and is taking out.'
  static override readonly examples = [
    '<%= config.bin %> stake show',
    '<%= config.bin %> stake show --from validator-3 --json',
  ]
  static override readonly flags = FROM_FLAG

  async run(): Promise<void> {
    const { flags } = await this.parse(StakeShow)
    const { address } = this.signer(flags)
    const { beacon } = await openNetwork(this.folder(flags), flags.timeout)
    const [account, holdings, status] = (await Promise.all([
      beacon.request('beacon_getAccount', [address]),
      beacon.request('beacon_getHoldings', [address]),
      beacon.request('beacon_getStatus'),
    ])) as [{ balance: string }, HoldingAnswer[], { epoch: number }]
    const { balance } = account
    this.report({ account: address, epoch: status.epoch, balance, holdings }, () => {
      this.output.print(`${address} has ${formatTokens(balance)}, in epoch ${status.epoch}`)
      for (const line of table(holdings.map(describe))) this.output.print(line)
      for (const line of holdings.flatMap(describeBound)) this.output.print(line)
    })
  }
}

function describe({ validator, stake, rewards, commission }: HoldingAnswer): string[] {
  return [
    `validator ${validator}`,
    `${formatTokens(stake)} staked`,
    `${formatTokens(rewards)} earned`,
    commission === '0' ? '' : `${formatTokens(commission)} of commission`,
  ]
}

/** What can't be had yet. */
function describeBound({ validator, moved, leaving }: HoldingAnswer): string[] {
  const lines = leaving.map(
    ({ amount, freeIn }) =>
      `${formatTokens(amount)} is leaving validator ${validator}: free in epoch ${freeIn}`,
  )
  if (moved !== null)
    lines.push(
      `${formatTokens(moved.amount)} with validator ${validator} came from validator ${moved.from}: bound until epoch ${moved.freeIn}`,
    )
  return lines
}
