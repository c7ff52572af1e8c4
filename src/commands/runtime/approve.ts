import { Args, Flags } from '@oclif/core'
import { ActionCommand } from '../../cli/action-command.ts'
import { askAction } from '../../cli/ask-action.ts'
import type { RuntimeAnswer } from '../../cli/beacon-answers.ts'
import { openNetwork } from '../../cli/network.ts'
import { approveByAll, defaultSigner, RUNTIME_FROM_FLAG } from '../../cli/runtime/approve-runtime.ts'
import { awaitUpgrade } from '../../cli/runtime/await-upgrade.ts'
import { checkRuntime, NOTHING_PROPOSED } from '../../cli/runtime/check-runtime.ts'
import { fromHex, type Hex } from '../../primitives/bytes.ts'

export default class RuntimeApprove extends ActionCommand {
  static override readonly summary = 'Approve of the runtime that is proposed, as a validator.'
  static override readonly description =
    'The code is fetched and checked as nodes check it before anything is signed. Name it if you mean one in particular.'
  static override readonly examples = [
    '<%= config.bin %> runtime approve --from validator-1',
    '<%= config.bin %> runtime approve 0x5c50…e1 --from validator-2 --json',
    '<%= config.bin %> runtime approve --all --wait',
  ]
  static override readonly args = {
    code: Args.string({ description: 'its hash, as `runtime show` prints it (whatever is proposed)' }),
  }
  static override readonly flags = {
    ...RUNTIME_FROM_FLAG,
    all: Flags.boolean({ summary: 'all validators of this devnet', exclusive: ['from'] }),
    wait: Flags.boolean({ summary: 'return when it executes blocks, or was given up' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RuntimeApprove)
    const folder = this.folder(flags)
    const network = await openNetwork(folder, flags.timeout)
    const { beacon } = network
    const account = this.signer({ ...flags, from: flags.from ?? defaultSigner() })
    const { proposal } = (await beacon.request('beacon_getRuntime')) as RuntimeAnswer
    if (proposal === null || (args.code !== undefined && args.code.toLowerCase() !== proposal.code)) {
      throw NOTHING_PROPOSED({ code: args.code ?? null })
    }
    const { code } = proposal
    const raw = (await beacon.request('beacon_getRuntimeCode', [code])) as Hex
    await checkRuntime(fromHex(raw), code)
    const { height } = (await beacon.request('beacon_getStatus')) as { height: number }
    if (flags.all) await approveByAll(network, folder, code, flags.timeout)
    else await askAction(beacon, { type: 'approveRuntime', code }, account, flags.timeout)
    if (flags.wait) await awaitUpgrade(beacon, code, height, flags.timeout)
    this.report({ code, executes: flags.wait }, () => {
      this.output.print(flags.wait ? `${code} executes the blocks now` : `approved: ${code}`)
    })
  }
}
