import { Args, Flags } from '@oclif/core'
import { ActionCommand } from '../../cli/action-command.ts'
import { askAction } from '../../cli/ask-action.ts'
import { openNetwork } from '../../cli/network.ts'
import { approveByAll, defaultSigner, RUNTIME_FROM_FLAG } from '../../cli/runtime/approve-runtime.ts'
import { awaitUpgrade } from '../../cli/runtime/await-upgrade.ts'
import { readRuntime } from '../../cli/runtime/check-runtime.ts'
import { publishCode } from '../../cli/runtime/publish-code.ts'

export default class RuntimeUpgrade extends ActionCommand {
  static override readonly summary = "Propose that other code executes the Beacon Layer's blocks."
  static override readonly description =
    'The code is checked as nodes check it, published in parts, which costs fees by its length, and proposed. Once validators with more than two thirds of the weight approve, it executes from the first block of the next epoch on, on all nodes, without a restart. If it fails, the one before comes back.'
  static override readonly examples = [
    '<%= config.bin %> runtime upgrade build/runtime.wasm',
    '<%= config.bin %> runtime upgrade build/runtime.wasm --all --wait',
    '<%= config.bin %> runtime upgrade build/runtime.wasm --from validator-3 --json',
  ]
  static override readonly args = { file: Args.string({ required: true, description: 'the component' }) }
  static override readonly flags = {
    ...RUNTIME_FROM_FLAG,
    all: Flags.boolean({ summary: 'have all validators of this devnet approve at once' }),
    wait: Flags.boolean({ summary: 'return when it executes blocks, or was given up' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RuntimeUpgrade)
    const folder = this.folder(flags)
    const network = await openNetwork(folder, flags.timeout)
    const { beacon } = network
    const account = this.signer({ ...flags, from: flags.from ?? defaultSigner() })
    const runtime = await readRuntime(args.file)
    await publishCode(beacon, runtime, account, flags.timeout, (done, of) =>
      this.output.note(`published ${done} of ${of} parts`),
    )
    const { hash: code } = runtime
    const { height } = await askAction(beacon, { type: 'proposeRuntime', code }, account, flags.timeout)
    if (flags.all) await approveByAll(network, folder, code, flags.timeout)
    if (flags.wait) await awaitUpgrade(beacon, code, height, flags.timeout)
    this.report({ code, bytes: runtime.code.length, height, executes: flags.wait }, () => {
      this.output.print(`${code} is proposed: Beacon block ${height}`)
      if (flags.wait) this.output.print('it executes the blocks now')
      else if (!flags.all)
        this.output.print(`others approve: beacon runtime approve ${code} --from validator-1`)
    })
  }
}
