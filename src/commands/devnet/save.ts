import { resolve } from 'node:path'
import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { saveDevnet } from '../../devnet/saved/save-devnet.ts'

export default class DevnetSave extends BaseCommand {
  static override readonly summary = 'Save the whole network, its L1 and all of its chains, in one file.'
  static override readonly description =
    'A running network stops for some seconds and goes on. The file is a gzipped tar with a manifest of checksums; `beacon devnet load` makes a network of it again. It holds no keys but the seed that they follow from.'
  static override readonly examples = [
    '<%= config.bin %> devnet save network.tgz',
    '<%= config.bin %> devnet save network.tgz --name ci --json',
  ]
  static override readonly args = {
    file: Args.string({ required: true, description: 'where to; replaced if it exists' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetSave)
    const file = resolve(args.file)
    const { manifest, bytes, wasRunning } = await saveDevnet(this.folder(flags), file, flags.timeout)
    const { name, savedAt, positions } = manifest
    this.report({ name, file, bytes, savedAt, chains: positions.length, wasRunning }, () =>
      this.output.print(`${name} is saved in ${args.file} (${(bytes / 1e6).toFixed(1)} MB)`),
    )
  }
}
