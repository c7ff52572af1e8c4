import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { buildRuntime } from '../../cli/runtime/build-runtime.ts'
import { RUNTIME_UNWRITABLE } from '../../cli/runtime/check-runtime.ts'

export default class RuntimeBuild extends BaseCommand {
  static override readonly summary = "Build code that can execute the Beacon Layer's blocks."
  static override readonly description =
    'Out of AssemblyScript (assembly/index.ts) or JavaScript (index.js, which runs on QuickJS inside the component), and checked as nodes check it. What beacon ships is in its package, in runtime/: copy that to change it.'
  static override readonly examples = [
    '<%= config.bin %> runtime build my-runtime',
    '<%= config.bin %> runtime build my-runtime --out next.wasm --json',
  ]
  static override readonly args = { folder: Args.string({ required: true, description: 'the sources' }) }
  static override readonly flags = {
    out: Flags.string({ summary: 'where it goes (build/runtime.wasm in the folder)', helpValue: 'FILE' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RuntimeBuild)
    const { code, hash, language } = await buildRuntime(args.folder)
    const file = flags.out ?? join(args.folder, 'build/runtime.wasm')
    try {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, code)
    } catch (cause) {
      throw RUNTIME_UNWRITABLE({ path: file, reason: (cause as Error).message }, cause)
    }
    this.report({ file, code: hash, bytes: code.length, language }, () => {
      this.output.print(`${file}: ${code.length} bytes, from ${language}`)
      this.output.print(`code ${hash}`)
    })
  }
}
