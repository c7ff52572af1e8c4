import { Args, Flags } from '@oclif/core'
import { BaseCommand, CheckFailed } from '../cli/base-command.ts'
import { findTransaction, RUNG_NOT_REACHED, waitForRung } from '../cli/find-transaction.ts'
import { openNetwork } from '../cli/network.ts'
import { table } from '../cli/output.ts'
import { type Trace, type TraceStep, traceTransaction } from '../cli/trace.ts'
import type { HookRunner } from '../plugin/hook-runner.ts'
import { RUNGS, type Rung } from '../primitives/ladder.ts'

export default class TraceCommand extends BaseCommand {
  static override readonly summary =
    'Show the way of a transaction up the ladder: each rung with its time, who signed, where it was recorded and posted.'
  static override readonly examples = [
    '<%= config.bin %> trace 0x7c5e…',
    '<%= config.bin %> trace 0x7c5e… --until final --timeout 30000',
    '<%= config.bin %> trace 0x7c5e… --rollup app --json',
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
    const { hooks } = await this.project()
    const trace = await addDetails(hooks, await traceTransaction(network, found, status))
    const { tx, rollup } = trace
    const lines = await hooks.chain('trace', 'render', this.#describe(trace), { tx, rollup })
    const show = () => {
      for (const line of lines) this.output.print(line)
    }
    if (reached !== null) return this.report(trace, show)
    if (!this.output.isJson) show()
    throw new CheckFailed(notReached(trace, flags.until!, flags.timeout), trace)
  }

  #describe({ tx, rollup, rung, block, steps, signers }: Trace): string[] {
    const { paint } = this.output
    const names = (signed: boolean) =>
      signers.filter((signer) => signer.signed === signed).map(({ validator }) => `validator ${validator}`)
    const expelled = signers
      .filter(({ tombstoned }) => tombstoned)
      .map(({ validator }) => `validator ${validator}`)
    return [
      `${paint.bold(tx)} on ${rollup}: ${rung ?? 'waiting for a block'}`,
      ...(block === null ? [] : [`block ${block.number} ${block.hash}`]),
      ...table(steps.map(describeStep)),
      ...(signers.length === 0 ? [] : [`signed by ${names(true).join(', ')}`]),
      ...(names(false).length === 0 ? [] : [`not by ${names(false).join(', ')}`]),
      ...(expelled.length === 0 ? [] : [`expelled for what they signed elsewhere: ${expelled.join(', ')}`]),
    ]
  }
}

/** Plugins may know more about a step. */
async function addDetails(hooks: HookRunner, trace: Trace): Promise<Trace> {
  const { tx, rollup } = trace
  const steps = trace.steps.map((step) => hooks.chain('trace', 'step', step, { tx, rollup }))
  return { ...trace, steps: await Promise.all(steps) }
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
