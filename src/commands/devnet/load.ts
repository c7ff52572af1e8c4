import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { loadNetwork } from '../../devnet/saved/load.ts'

export default class DevnetLoad extends BaseCommand {
  static override readonly summary = 'Make a network of a file that `devnet save` wrote.'
  static override readonly description =
    'The devnet is there afterwards, under --name, and `beacon devnet up` goes on where it was saved. It goes on as a fork of its own: what was signed elsewhere after it was saved is not valid in it, and all that was signed before is.'
  static override readonly examples = [
    '<%= config.bin %> devnet load network.tgz && <%= config.bin %> devnet up',
    '<%= config.bin %> devnet load network.tgz --name copy --replace',
  ]
  static override readonly args = {
    file: Args.string({ required: true, description: 'the saved network' }),
  }
  static override readonly flags = {
    replace: Flags.boolean({ summary: 'lose the devnet that has this name' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetLoad)
    const folder = this.folder(flags)
    const { manifest, forkId } = await loadNetwork(args.file, folder, flags)
    const { savedAt, writtenBy } = manifest
    const { name, path: dir } = folder
    this.report({ name, dir, forkId, savedAt, writtenBy }, () => {
      this.output.print(`${name} is as ${manifest.name} was at ${new Date(savedAt).toISOString()}`)
      this.output.note(`start it with \`beacon devnet up${name === 'default' ? '' : ` --name ${name}`}\``)
    })
  }
}
