import { BaseCommand } from '../../cli/base-command.ts'
import type { RollupAnswer } from '../../cli/beacon-answers.ts'
import { openNetwork } from '../../cli/network.ts'
import { table } from '../../cli/output.ts'

export default class RollupList extends BaseCommand {
  static override readonly summary = 'List the rollups of a running devnet.'
  static override readonly examples = ['<%= config.bin %> rollup list']

  async run(): Promise<void> {
    const { flags } = await this.parse(RollupList)
    const { beacon, endpoints } = await openNetwork(this.folder(flags), flags.timeout)
    const answers = (await beacon.request('beacon_getRollups')) as RollupAnswer[]
    const rollups = answers.map(({ id, name, chainId, sequencers, vm, record }) => {
      const endpoint = endpoints.rollups.find((rollup) => rollup.name === name)
      const { rpcUrl = null, wsUrl = null } = endpoint ?? {}
      return { id, name, chainId, vm, sequencers, rpcUrl, wsUrl, recorded: record?.height ?? 0 }
    })
    this.report({ rollups }, () => {
      if (rollups.length === 0) this.output.note('there is no rollup yet: `beacon rollup create` makes one')
      const rows = rollups.map(({ name, chainId, rpcUrl, sequencers, recorded }) => [
        name,
        `chain ${chainId}`,
        rpcUrl ?? 'not served yet',
        `${sequencers} sequencers`,
        `recorded up to block ${recorded}`,
      ])
      for (const line of table(rows)) this.output.print(line)
    })
  }
}
