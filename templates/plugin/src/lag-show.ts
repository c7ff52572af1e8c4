/** `beacon lag show`: runs the task, and shows what it returns. */

import { BeaconCommand, Flags } from 'beaconlayer/command'
import { lagReport } from './tasks.ts'

export default class LagShow extends BeaconCommand {
  static override summary = 'Show how far rollups are ahead of the Beacon Layer.'
  static override examples = [
    '<%= config.bin %> lag show',
    '<%= config.bin %> lag show --blocks-max 5 --json',
  ]
  static override flags = {
    'blocks-max': Flags.integer({ summary: 'instead of what the configuration allows', min: 1 }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(LagShow)
    const project = await this.project()
    const network = { devnet: flags.name, dir: this.root(flags), timeoutMs: flags.timeout }
    const report = await project.run(lagReport, { blocksMax: flags['blocks-max'] }, network)
    this.report(report, () => {
      const { paint } = this.output
      for (const { rollup, blocks, isFine } of report.rollups) {
        const state = isFine ? paint.green('fine') : paint.red('late')
        this.output.print(`${state}  ${rollup}  ${blocks} blocks ahead, ${report.blocksMax} allowed`)
      }
    })
  }
}
