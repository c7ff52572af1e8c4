import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import type { BeaconStatusAnswer, RollupAnswer } from '../../cli/beacon-answers.ts'
import { openNetwork } from '../../cli/network.ts'
import { table } from '../../cli/output.ts'
import { describeLife, rollupEnd } from '../../cli/rollup-end.ts'

export default class RollupList extends BaseCommand {
  static override readonly summary = 'List the rollups of a running devnet.'
  static override readonly examples = ['<%= config.bin %> rollup list', '<%= config.bin %> rollup list --all']
  static override readonly flags = {
    all: Flags.boolean({ summary: 'those too that have ended, which keep their names and chain ids' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(RollupList)
    const { beacon, endpoints } = await openNetwork(this.folder(flags), flags.timeout)
    const [answers, status] = (await Promise.all([
      beacon.request('beacon_getRollups', [flags.all]),
      beacon.request('beacon_getStatus'),
    ])) as [RollupAnswer[], BeaconStatusAnswer]
    const rollups = answers.map((answer) => {
      const { id, name, chainId, sequencers, vm, record, isAlive } = answer
      const endpoint = isAlive ? endpoints.rollups.find((rollup) => rollup.name === name) : undefined
      const { rpcUrl = null, wsUrl = null } = endpoint ?? {}
      const recorded = record?.height ?? 0
      const ends = rollupEnd(answer, status)
      return { id, name, chainId, vm, sequencers, rpcUrl, wsUrl, recorded, isAlive, ends }
    })
    this.report({ rollups }, () => {
      if (rollups.length === 0) this.output.note('there is no rollup yet: `beacon rollup create` makes one')
      const rows = rollups.map(({ name, chainId, rpcUrl, sequencers, recorded, isAlive, ends }, i) => [
        name,
        `chain ${chainId}`,
        rpcUrl ?? (isAlive ? 'not served yet' : 'served no more'),
        `${sequencers} sequencers`,
        `recorded up to block ${recorded}`,
        describeLife(answers[i]!, ends) ?? '',
      ])
      for (const line of table(rows)) this.output.print(line)
    })
  }
}
