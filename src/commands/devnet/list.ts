import { BaseCommand } from '../../cli/base-command.ts'
import { table } from '../../cli/output.ts'
import { isRunning } from '../../devnet/control-client.ts'
import { devnetFolder, listDevnets } from '../../devnet/folder.ts'

export default class DevnetList extends BaseCommand {
  static override readonly summary = 'List devnets, running and stopped.'
  static override readonly examples = [
    '<%= config.bin %> devnet list',
    '<%= config.bin %> devnet list --dir ci/devnets',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(DevnetList)
    const root = this.root(flags)
    const devnets = await Promise.all(
      listDevnets(root).map(async (name) => {
        const { path } = devnetFolder(root, name)
        return { name, status: (await isRunning(path)) ? 'running' : 'stopped', dir: path }
      }),
    )
    this.report({ devnets }, () => {
      if (devnets.length === 0) this.output.note(`there is no devnet in ${root}`)
      for (const line of table(devnets.map(({ name, status, dir }) => [name, status, dir]))) {
        this.output.print(line)
      }
    })
  }
}
