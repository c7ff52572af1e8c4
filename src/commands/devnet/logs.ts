import { once } from 'node:events'
import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { followLog, type Log, listLogs, readLastLines } from '../../devnet/logs.ts'
import { defineError } from '../../errors/beacon-error.ts'

const LOG_UNKNOWN = defineError<{ process: string; known: readonly string[] }>({
  code: 'C105',
  name: 'LOG_UNKNOWN',
  kind: 'user',
  message: ({ process }) => `there is no log of '${process}'`,
  hint: ({ known }) => (known.length === 0 ? 'that devnet was never up' : `there is ${known.join(', ')}`),
})

const NOT_WITH_JSON = defineError({
  code: 'C106',
  name: 'NOT_WITH_JSON',
  kind: 'user',
  message: () => '--follow never ends, and --json prints one object',
  hint: () => 'leave out one of them',
})

export default class DevnetLogs extends BaseCommand {
  static override readonly summary = 'Show what the processes of a devnet wrote, running or not.'
  static override readonly examples = [
    '<%= config.bin %> devnet logs',
    '<%= config.bin %> devnet logs validator-3 --follow',
    '<%= config.bin %> devnet logs l1 --lines 100',
  ]
  static override readonly args = {
    process: Args.string({ description: 'only this one, as in validator-3' }),
  }
  static override readonly flags = {
    follow: Flags.boolean({ char: 'f', summary: 'go on with what is written, until Ctrl-C' }),
    lines: Flags.integer({
      char: 'n',
      summary: 'of each',
      default: 20,
      min: 0,
      max: 100_000,
      helpValue: 'N',
    }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DevnetLogs)
    if (flags.follow && this.output.isJson) throw NOT_WITH_JSON()
    const all = listLogs(this.folder(flags))
    const logs = args.process === undefined ? all : all.filter((log) => log.process === args.process)
    if (logs.length === 0) {
      throw LOG_UNKNOWN({ process: args.process ?? flags.name, known: all.map((log) => log.process) })
    }
    const read = logs.map((log) => ({ ...log, lines: readLastLines(log.file, flags.lines) }))
    this.report({ logs: read }, () => {
      for (const log of read) for (const line of log.lines) this.#print(log, line, logs.length > 1)
    })
    if (flags.follow) await this.#follow(logs)
  }

  async #follow(logs: readonly Log[]): Promise<void> {
    const ends = logs.map((log) => followLog(log.file, (line) => this.#print(log, line, logs.length > 1)))
    await once(process, 'SIGINT')
    for (const end of ends) end()
  }

  #print({ process }: Log, line: string, named: boolean): void {
    this.output.print(named ? `${this.output.paint.dim(process.padEnd(12))} ${line}` : line)
  }
}
