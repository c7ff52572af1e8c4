/**
 * What all commands share. A command computes a result and can show it to people; this class parses, prints one or the other, renders errors
 * and sets the exit code: 0 done, 1 the environment failed, 2 the user's mistake, 3 a check said no, 70 a bug of ours.
 */

import { dirname } from 'node:path'
import { Command, Flags, type Interfaces } from '@oclif/core'
import { findConfigFile } from '../config/find.ts'
import { type DevnetFolder, devnetFolder, devnetsRoot } from '../devnet/folder.ts'
import type { BeaconError } from '../errors/beacon-error.ts'
import type { Project } from '../plugin/project.ts'
import { toFailure } from './failure.ts'
import { type Envelope, failure, Output, success } from './output.ts'

/** Flags of every command stand apart in its help. */
const COMMON = 'GLOBAL'

type Flag = Interfaces.InferredFlags<(typeof BaseCommand)['baseFlags']>

/** Thrown by a check that said no, with what it found. */
export class CheckFailed extends Error {
  readonly error: BeaconError
  readonly result: unknown

  constructor(error: BeaconError, result: unknown) {
    super(error.message)
    this.error = error
    this.result = result
  }
}

export abstract class BaseCommand extends Command {
  static override readonly enableJsonFlag = true
  static override readonly baseFlags = {
    json: Flags.boolean({ summary: 'print one JSON object', helpGroup: COMMON }),
    dir: Flags.string({
      helpGroup: COMMON,
      summary: 'the folder of all devnets (BEACON_HOME, or .beacon in the project or here)',
      helpValue: 'PATH',
    }),
    name: Flags.string({ summary: 'the devnet', default: 'default', helpValue: 'NAME', helpGroup: COMMON }),
    timeout: Flags.integer({
      summary: 'give up after this long',
      default: 60_000,
      min: 1,
      max: 3_600_000,
      helpValue: 'MS',
      helpGroup: COMMON,
    }),
  }

  #output: Output | undefined
  #hasAnswered = false
  #project: Promise<Project> | undefined

  /** As typed, as in "devnet up". */
  get commandName(): string {
    return (this.id ?? '').replaceAll(':', ' ')
  }

  protected get output(): Output {
    this.#output ??= new Output(this.jsonEnabled())
    return this.#output
  }

  protected root(flags: Flag): string {
    return devnetsRoot(flags.dir, this.projectRoot)
  }

  /** The folder of the configuration, or without one, this one. */
  protected get projectRoot(): string {
    const configFile = findConfigFile(process.cwd())
    return configFile === null ? process.cwd() : dirname(configFile)
  }

  protected folder(flags: Flag): DevnetFolder {
    return devnetFolder(this.root(flags), flags.name)
  }

  /** With its plugins, loaded when first asked for. Without a configuration it is a project of defaults. */
  protected async project(): Promise<Project> {
    this.#project ??= import('../project.ts').then(({ loadProject }) =>
      loadProject({ note: (line) => this.output.note(line) }),
    )
    return this.#project
  }

  /** Prints `result`: as the one object, or by `show`. */
  protected report(result: unknown, show: () => void): void {
    if (this.output.isJson) this.#answer(success(this.commandName, result))
    else show()
  }

  #answer(envelope: Envelope): void {
    this.#hasAnswered = true
    this.output.printJson(envelope)
  }

  protected override async catch(cause: Error): Promise<void> {
    const found = cause instanceof CheckFailed ? cause : null
    const error = found?.error ?? toFailure(cause, this.commandName)
    process.exitCode = error.exitCode
    // What fails after the answer, as a network that can't be stopped, is said beside it: there is one object only.
    if (this.output.isJson && !this.#hasAnswered)
      this.#answer(failure(this.commandName, error, found?.result))
    else this.output.fail(error)
  }

  /** The framework would print what `run` returns, as an object of another form. */
  override logJson(): void {}
}
