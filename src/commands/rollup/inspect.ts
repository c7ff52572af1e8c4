import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import type {
  BeaconStatusAnswer,
  CommitteeAnswer,
  RollupAnswer,
  SoftHeadsAnswer,
} from '../../cli/beacon-answers.ts'
import { committeeResult, describeCommittee } from '../../cli/describe-committee.ts'
import { EXPORT_TARGETS, type ExportTarget, exportRollup } from '../../cli/export-rollup.ts'
import { type Network, openNetwork, ROLLUP_UNKNOWN } from '../../cli/network.ts'
import { table } from '../../cli/output.ts'
import { describeLife, rollupEnd } from '../../cli/rollup-end.ts'
import { defineError } from '../../errors/beacon-error.ts'

const FILE_EXISTS = defineError<{ path: string }>({
  code: 'C503',
  name: 'FILE_EXISTS',
  kind: 'user',
  message: ({ path }) => `${path} exists and holds something else`,
  hint: () => 'name another file, remove that one, or leave out --out and merge what is printed by hand',
})

const FILE_UNWRITABLE = defineError<{ path: string; reason: string }>({
  code: 'C504',
  name: 'FILE_UNWRITABLE',
  kind: 'environment',
  message: ({ path, reason }) => `${path} can't be written: ${reason}`,
  hint: () => 'its folder must exist, and you must be allowed to write there',
})

export default class RollupInspect extends BaseCommand {
  static override readonly summary =
    'Show a rollup: what it was registered with, who sequences it, how far its blocks have climbed.'
  static override readonly description =
    'With --export it prints, or writes with --out, ready configuration for another tool instead.'
  static override readonly examples = [
    '<%= config.bin %> rollup inspect app',
    '<%= config.bin %> rollup inspect app --export viem --out src/app-chain.ts',
    '<%= config.bin %> rollup inspect app --export foundry >> foundry.toml',
  ]
  static override readonly args = { name: Args.string({ required: true, description: 'of the rollup' }) }
  static override readonly flags = {
    export: Flags.option({ summary: 'configuration for this tool', options: EXPORT_TARGETS })(),
    out: Flags.string({
      summary: 'write it to a new file',
      dependsOn: ['export'],
      helpValue: 'FILE',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RollupInspect)
    const network = await openNetwork(this.folder(flags), flags.timeout)
    if (flags.export !== undefined) return this.#export(network, args.name, flags.export, flags.out)
    const rollup = (await network.beacon.request('beacon_getRollup', [args.name])) as RollupAnswer | null
    if (rollup === null) {
      throw ROLLUP_UNKNOWN({ name: args.name, known: network.endpoints.rollups.map(({ name }) => name) })
    }
    const [committee, status, served] = await Promise.all([
      network.beacon.request('beacon_getCommittee', [args.name]) as Promise<CommitteeAnswer | null>,
      network.beacon.request('beacon_getStatus') as Promise<BeaconStatusAnswer>,
      rollup.isAlive ? fetchServed(network, args.name) : UNSERVED,
    ])
    const ends = rollupEnd(rollup, status)
    const life = describeLife(rollup, ends)
    const { rpcUrl, wsUrl, heads } = served
    const drawn =
      committee === null ? { committee: [], standby: [], replaced: [] } : committeeResult(committee)
    this.report({ ...rollup, rpcUrl, wsUrl, ends, heads, ...drawn }, () => {
      const at = rpcUrl === null ? '' : ` at ${rpcUrl} (${wsUrl})`
      this.output.print(`${this.output.paint.bold(rollup.name)}: chain ${rollup.chainId}${at}`)
      if (life !== null) this.output.print(`it ${life}`)
      for (const line of committee === null ? [] : describeCommittee(committee)) this.output.print(line)
      const rows = Object.entries(heads ?? { recorded: rollup.record && { number: rollup.record.height } })
      for (const line of table(rows.map(([rung, head]) => [rung, describeHead(head)]))) {
        this.output.print(line)
      }
    })
  }

  #export({ rollup, endpoints }: Network, name: string, target: ExportTarget, out: string | undefined): void {
    const text = exportRollup(target, rollup(name).endpoint, endpoints.accounts)
    if (out !== undefined) writeNew(out, text)
    this.report({ name, target, file: out ?? null, text }, () => {
      if (out === undefined) process.stdout.write(text)
      else this.output.note(`wrote ${out}`)
    })
  }
}

/** Where the rollup answers, and how far its blocks have climbed. */
interface Served {
  readonly rpcUrl: string | null
  readonly wsUrl: string | null
  readonly heads: SoftHeadsAnswer | null
}

/** Of one that has ended: nobody executes it any more. */
const UNSERVED: Served = { rpcUrl: null, wsUrl: null, heads: null }

async function fetchServed(network: Network, name: string): Promise<Served> {
  const { endpoint, rpc } = network.rollup(name)
  const heads = (await rpc.request('soft_getHeads')) as SoftHeadsAnswer
  return { rpcUrl: endpoint.rpcUrl, wsUrl: endpoint.wsUrl, heads }
}

function describeHead(head: { readonly number: number } | null): string {
  return head === null ? 'none' : `block ${head.number}`
}

/** Writing the same once more is fine: the file may be made anew at each start. */
function writeNew(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') !== text) throw FILE_EXISTS({ path })
  try {
    writeFileSync(path, text)
  } catch (cause) {
    throw FILE_UNWRITABLE({ path, reason: (cause as Error).message }, cause)
  }
}
