import { Args, Flags } from '@oclif/core'
import { BaseCommand, CheckFailed } from '../cli/base-command.ts'
import { findTransaction, RUNG_NOT_REACHED, waitForRung } from '../cli/find-transaction.ts'
import { openNetwork } from '../cli/network.ts'
import { table } from '../cli/output.ts'
import { type Trace, type TraceStep, traceTransaction } from '../cli/trace.ts'
import { RUNGS, type Rung } from '../primitives/ladder.ts'

export default class TraceCommand extends BaseCommand {
  static override readonly summary =
    'Show the way of a transaction up the ladder: each rung with its time, who signed, where it was recorded and posted.'
  static override readonly examples = [
    '<%= config.bin %> trace 0x7c5e…',
    '<%= config.bin %> trace 0x7c5e… --until final --timeout 30000',
  ]
  static override readonly args = {
    tx: Args.string({ required: true, description: 'hash of the transaction' }),
  }
  static override readonly flags = {
    rollup: Flags.string({ summary: 'look in this rollup only', helpValue: 'NAME' }),
    until: Flags.option({ summary: 'wait until it has reached this rung', options: RUNGS })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TraceCommand)
    const deadline = Date.now() + flags.timeout
    const network = await openNetwork(this.folder(flags), flags.timeout)
    const found = await findTransaction(network, args.tx, flags.rollup)
    const reached = flags.until === undefined ? found.status : await waitForRung(found, flags.until, deadline)
    const status = reached ?? (await findTransaction(network, args.tx, found.endpoint.name)).status
    const trace = await traceTransaction(network, found, status)
    if (reached !== null) return this.report(trace, () => this.#show(trace))
    if (!this.output.isJson) this.#show(trace)
    throw new CheckFailed(notReached(trace, flags.until!, flags.timeout), trace)
  }

  #show({ tx, rollup, rung, block, steps, signers }: Trace): void {
    const { paint } = this.output
    this.output.print(`${paint.bold(tx)} on ${rollup}: ${rung ?? 'waiting for a block'}`)
    if (block !== null) this.output.print(`block ${block.number} ${block.hash}`)
    for (const line of table(steps.map(describeStep))) this.output.print(line)
    if (signers.length === 0) return
    const names = (signed: boolean) =>
      signers.filter((signer) => signer.signed === signed).map(({ validator }) => `validator ${validator}`)
    this.output.print(`signed by ${names(true).join(', ')}`)
    if (names(false).length > 0) this.output.print(`not by ${names(false).join(', ')}`)
  }
}

function notReached({ tx, rung }: Trace, until: Rung, timeoutMs: number) {
  return RUNG_NOT_REACHED({ hash: tx, rung: until, at: rung, timeoutMs })
}

function describeStep({ rung, at, latencyMs, detail }: TraceStep): string[] {
  const time = at === null ? '' : new Date(at).toISOString()
  const latency = latencyMs === null ? '' : `+${latencyMs} ms`
  const words = Object.entries(detail).map(([key, value]) => `${key} ${value}`)
  return [rung, time, latency, words.join(', ')]
}
