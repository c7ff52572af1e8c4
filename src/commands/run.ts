import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.ts'
import { describeTask } from '../cli/describe-task.ts'
import { USAGE } from '../cli/failure.ts'
import { JUNIT_FLAG, withJUnit } from '../cli/junit.ts'
import { table } from '../cli/output.ts'
import { splitTaskWords } from '../cli/task-words.ts'
import { defineError, isBeaconError } from '../errors/beacon-error.ts'
import { parseArguments } from '../plugin/arguments.ts'
import type { Project } from '../plugin/project.ts'
import { runTask } from '../plugin/run-task.ts'
import { nameOf, type RegisteredTask } from '../plugin/task-registry.ts'

export const TASK_FAILED = defineError<{ task: string; owner: string; reason: string }>({
  code: 'C310',
  name: 'TASK_FAILED',
  kind: 'environment',
  message: ({ task, owner, reason }) => `the task '${task}' of '${owner}' failed: ${reason}`,
  hint: () => 'the lines above say where; a BeaconError thrown by a task says what to do about it here',
})

export default class RunCommand extends BaseCommand {
  static override readonly summary = 'Run a task of the project, of its plugins, or of beacon itself.'
  static override readonly description =
    '`beacon tasks` lists them; `beacon run TASK --help` shows what one of them takes. With --json it prints what the task returns.'
  static override readonly examples = [
    '<%= config.bin %> run stake report --by-weight',
    '<%= config.bin %> run deploy out/Counter.sol/Counter.json --rollup app --json',
    '<%= config.bin %> run election audit --junit reports/audit.xml',
  ]
  // What a task takes is parsed by its own definition.
  static override readonly strict = false
  static override readonly flags = { junit: JUNIT_FLAG }
  static override readonly args = { task: Args.string({ description: 'its words, and what it takes' }) }

  #task = ''

  /** Before the task is known, without it. */
  override get commandName(): string {
    return `run ${this.#task}`.trim()
  }

  async run(): Promise<void> {
    const { flags, words, rest, wantsHelp } = splitTaskWords(this.argv)
    // Checks the flags of all commands, and fills in their defaults.
    const { flags: own } = await this.parse(RunCommand, flags)
    const project = await this.project()
    if (rest.length === 0 && !isTask(project, words)) {
      const under = project.tasks.under(words)
      if (under.length > 0) return this.#list(under)
    }
    if (words.length === 0)
      throw USAGE({ problem: `no task is named before '${rest[0]}'`, help: 'beacon tasks' })
    const task = project.tasks.match(words)
    this.#task = nameOf(task)
    if (wantsHelp) return this.#help(task)
    const args = parseArguments(task, [...words.slice(task.path.length), ...rest])
    const abort = new AbortController()
    process.once('SIGINT', () => abort.abort())
    const { print, note } = this.#lines()
    const options = {
      devnet: own.name,
      dir: this.root(own),
      timeoutMs: own.timeout,
      signal: abort.signal,
      print,
      note,
    }
    const check = { suite: 'run', name: this.#task }
    const result = await withJUnit(own.junit, check, this.output, () =>
      runTask(project, task, args, options).catch((cause) => this.#failed(task, cause)),
    )
    this.report(result ?? null, () => {})
  }

  #lines() {
    const { isJson } = this.output
    return {
      print: (line: string) => (isJson ? undefined : this.output.print(line)),
      note: (line: string) => this.output.note(line),
    }
  }

  /** An error that isn't for people is its author's: with its stack. */
  #failed(task: RegisteredTask, cause: unknown): never {
    const owner = task.layers.at(-1)!.plugin
    if (isBeaconError(cause) || owner === 'beacon') throw cause
    if (cause instanceof Error) this.output.note(cause.stack ?? String(cause))
    throw TASK_FAILED(
      { task: nameOf(task), owner, reason: cause instanceof Error ? cause.message : String(cause) },
      cause,
    )
  }

  #help(task: RegisteredTask): void {
    const { positionals, options, flags, description } = task
    this.report({ task: nameOf(task), description, positionals, options, flags }, () => {
      for (const line of describeTask(task)) this.output.print(line)
    })
  }

  #list(tasks: readonly RegisteredTask[]): void {
    const named = tasks.map((task) => ({ name: nameOf(task), description: task.description }))
    this.report({ tasks: named }, () => {
      for (const line of table(named.map(({ name, description }) => [name, description]))) {
        this.output.print(line)
      }
    })
  }
}

function isTask(project: Project, words: readonly string[]): boolean {
  return project.tasks.all.some(({ path }) => path.every((word, i) => words[i] === word))
}
