import { BaseCommand } from '../../cli/base-command.ts'
import { isRunning } from '../../devnet/control-client.ts'
import { devnetFolder, listDevnets, removeDevnetFolder } from '../../devnet/folder.ts'

export default class DevnetPrune extends BaseCommand {
  static override readonly summary = 'Remove everything that stopped devnets have stored.'
  static override readonly examples = ['<%= config.bin %> devnet prune']

  async run(): Promise<void> {
    const { flags } = await this.parse(DevnetPrune)
    const root = this.root(flags)
    const removed: string[] = []
    const kept: string[] = []
    for (const name of listDevnets(root)) {
      const folder = devnetFolder(root, name)
      if (await isRunning(folder.path)) kept.push(name)
      else {
        removeDevnetFolder(folder)
        removed.push(name)
      }
    }
    this.report({ removed, kept }, () => {
      for (const name of removed) this.output.print(`removed ${name}`)
      for (const name of kept) this.output.note(`${name} is running, and stays`)
      if (removed.length + kept.length === 0) this.output.note(`there is no devnet in ${root}`)
    })
  }
}
