import { BaseCommand } from '../../cli/base-command.ts'
import { describeFaults } from '../../cli/describe-faults.ts'
import { describeChains } from '../../cli/describe-network.ts'
import { fetchStatus } from '../../cli/network.ts'
import { table } from '../../cli/output.ts'
import { describeExit } from '../../devnet/process.ts'
import type { ProcessStatus } from '../../devnet/process-table.ts'

export default class DevnetStatus extends BaseCommand {
  static override readonly summary =
    'Show the processes of a running devnet, where its chains answer, and the faults that are on.'
  static override readonly examples = [
    '<%= config.bin %> devnet status',
    '<%= config.bin %> devnet status --name ci --json',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(DevnetStatus)
    const folder = this.folder(flags)
    const status = await fetchStatus(folder)
    this.report({ name: flags.name, ...status }, () => {
      this.output.print(`${flags.name} is ${status.status} (supervisor ${status.pid})`)
      this.output.print()
      for (const line of status.endpoints === null ? [] : describeChains(status.endpoints)) {
        this.output.print(line)
      }
      this.output.print()
      for (const line of table(status.processes.map(describeProcess))) this.output.print(line)
      const peer = status.endpoints?.beacon.validators.find(
        ({ pid, peer }) => pid !== null && peer !== null,
      )?.peer
      if (peer) {
        this.output.print()
        this.output.print(
          `nodes join by \`beacon validator join --genesis ${folder.genesisFile} --peer ${peer}\``,
        )
      }
      if (status.faults.length === 0) return
      this.output.print()
      this.output.print('faults that are on (`beacon devnet fault heal` undoes them)')
      for (const line of describeFaults(status.faults)) this.output.print(line)
    })
  }
}

function describeProcess({ name, state, pid, exit, logFile }: ProcessStatus): string[] {
  return [
    name,
    state,
    pid === null ? '' : String(pid),
    exit === null ? logFile : `${describeExit(exit)}; ${logFile}`,
  ]
}
