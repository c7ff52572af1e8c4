/** The command line: finds the command, runs it, and renders the errors that arise before there is one. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Errors, flush, type Interfaces, run as runOclif } from '@oclif/core'
import { findConfigFile } from '../config/find.ts'
import { installationRoot } from '../devnet/installation.ts'
import type { BeaconError } from '../errors/beacon-error.ts'
import { toFailure, USAGE } from './failure.ts'
import { guessCommand } from './guess-command.ts'
import { failure, Output } from './output.ts'
import { askForTaskHelp } from './task-words.ts'

const TOPICS = {
  devnet: { description: 'start, stop and look after local networks' },
  rollup: { description: 'rollups, whose sequencers are elected' },
  validator: { description: 'the staked nodes of the Beacon Layer' },
  election: { description: 'who was drawn to sequence a rollup, and the proof of it' },
  confirmation: { description: 'soft confirmations: get, await and verify them' },
}

/** What oclif is started with: where commands are, and how they are called. */
export function commandLineOptions(): Interfaces.Options {
  const root = installationRoot()
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const oclif = {
    bin: 'beacon',
    commands: './dist/commands',
    topicSeparator: ' ',
    topics: TOPICS,
    plugins: ['@oclif/plugin-help', '@oclif/plugin-autocomplete'],
    ...manifest.oclif,
  }
  return { root, pjson: { ...manifest, oclif } }
}

export async function run(argv = process.argv.slice(2)): Promise<void> {
  try {
    await runOclif(askForTaskHelp(argv), await optionsFor(argv))
    await outputTaken()
  } catch (cause) {
    // Help and version end this way.
    if (cause instanceof Errors.ExitError) process.exitCode = cause.oclif.exit
    else renderFailure(cause, argv)
  }
}

/** What was printed is through, or whoever reads has had enough, as `head` does. */
async function outputTaken(): Promise<void> {
  const { stdout } = process
  if (stdout.destroyed) return
  await Promise.race([flush(), new Promise<void>((resolve) => stdout.once('close', resolve))])
}

/** Plugins have their say where there is a project, and the answer isn't beacon's own. */
async function optionsFor(argv: readonly string[]): Promise<Interfaces.Options | Interfaces.Config> {
  const options = commandLineOptions()
  const configFile = isOurs(argv, options.root!) ? null : findConfigFile(process.cwd())
  if (configFile === null) return options
  try {
    const { withProjectCommands } = await import('./project-commands.ts')
    return await withProjectCommands(options, configFile, argv)
  } catch (cause) {
    // Help has to work while a configuration doesn't.
    const { message } = toFailure(cause, '')
    new Output(argv.includes('--json')).warn(`without the commands of plugins: ${message}`)
    return options
  }
}

/** Whether no plugin can change what is to be done: it is the version, or a command of ours. */
function isOurs(argv: readonly string[], root: string): boolean {
  if (argv[0] === '--version') return true
  const words = leadingWords(argv)
  const commands = ownCommands(root)
  return words.some((_, i) => commands.includes(words.slice(0, i + 1).join(' ')))
}

/** In words, as in 'rollup create'; none in a checkout that isn't built. */
function ownCommands(root: string): string[] {
  const manifest = join(root, 'oclif.manifest.json')
  if (!existsSync(manifest)) return []
  const { commands } = JSON.parse(readFileSync(manifest, 'utf8')) as { commands: object }
  return Object.keys(commands).map((id) => id.replaceAll(':', ' '))
}

/** Up to the first option. */
function leadingWords(argv: readonly string[]): readonly string[] {
  const firstOption = argv.findIndex((word) => word.startsWith('-'))
  return firstOption === -1 ? argv : argv.slice(0, firstOption)
}

function renderFailure(cause: unknown, argv: readonly string[]): void {
  const typed = argv.filter((word) => !word.startsWith('-')).join(' ')
  const isUnknown = cause instanceof Error && /^command .* not found$/.test(cause.message)
  const error = isUnknown ? unknownCommand(cause, argv) : toFailure(cause, typed)
  const output = new Output(argv.includes('--json'))
  process.exitCode = error.exitCode
  if (output.isJson) output.printJson(failure(typed, error))
  else output.fail(error)
}

function unknownCommand(cause: Error, argv: readonly string[]): BeaconError {
  const words = leadingWords(argv)
  const meant = guessCommand(words, ownCommands(commandLineOptions().root!))
  const guess = meant === null ? '' : `; did you mean \`beacon ${meant}\`?`
  return USAGE({ problem: `there is no command '${words.join(' ')}'${guess}`, help: 'beacon --help' }, cause)
}
