/** The command line: finds the command, runs it, and renders the errors that arise before there is one. */

import { Console } from 'node:console'
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
import { USER_PLUGIN_FAILED } from './user-plugins/errors.ts'
import { listUserPlugins, pluginsFolder } from './user-plugins/folder.ts'

const TOPICS = {
  devnet: {
    description: 'Start, stop and look after local networks.',
    subtopics: { fault: { description: 'Break a running network in a given way, and mend it.' } },
  },
  rollup: { description: 'Rollups, whose sequencers are elected.' },
  stake: { description: 'Put tokens with validators, move them, take them out, claim what they earned.' },
  validator: { description: 'The staked nodes of the Beacon Layer.' },
  runtime: { description: "The code that executes the Beacon Layer's blocks, and its upgrades." },
  election: { description: 'Who was drawn to sequence a rollup, and the proof of it.' },
  autocomplete: { description: 'Completion for bash, zsh and fish.' },
  confirmation: { description: 'Soft confirmations: get, await and verify them.' },
  plugins: { description: 'The plugins of the project, and those of this user.' },
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
    helpOptions: { hideCommandSummaryInDescription: true },
    plugins: ['@oclif/plugin-help', '@oclif/plugin-autocomplete'],
    ...manifest.oclif,
  }
  // Those of the user are added with care, by user-plugins/load.ts.
  return { root, pjson: { ...manifest, oclif }, userPlugins: false }
}

export async function run(typed = process.argv.slice(2)): Promise<void> {
  const argv = asHelpFlag(typed)
  if (wantsJson(argv)) keepStdoutForAnswer()
  let options: Interfaces.Options | Interfaces.Config | undefined
  // Thrown where nobody awaits it, as by a timer of a plugin: the answer is owed all the same.
  process.once('uncaughtException', (cause) => {
    renderFailure(cause, argv, options)
    process.exit()
  })
  try {
    options = await optionsFor(argv)
    await runOclif(askForTaskHelp(argv), options)
    await outputTaken()
  } catch (cause) {
    // Help and version end this way.
    if (cause instanceof Errors.ExitError) process.exitCode = cause.oclif.exit
    else renderFailure(cause, argv, options)
  }
}

/** `help devnet up` is `devnet up --help`, which shows tasks as well. */
function asHelpFlag(argv: readonly string[]): string[] {
  const [first, ...words] = argv
  const isPlain = first === 'help' && words.every((word) => !word.startsWith('-'))
  return isPlain ? [...words, '--help'] : [...argv]
}

/** What was printed is through, or whoever reads has had enough, as `head` does. */
async function outputTaken(): Promise<void> {
  const { stdout } = process
  if (stdout.destroyed) return
  await Promise.race([flush(), new Promise<void>((resolve) => stdout.once('close', resolve))])
}

/** Plugins have their say where there are any, and the answer isn't beacon's own. */
async function optionsFor(argv: readonly string[]): Promise<Interfaces.Options | Interfaces.Config> {
  const options = commandLineOptions()
  if (isOurs(argv, options.root!)) return options
  const ofUser = await withPluginsOfUser(options, argv)
  const configFile = findConfigFile(process.cwd())
  if (configFile === null) return ofUser
  try {
    const { withProjectCommands } = await import('./project-commands.ts')
    return await withProjectCommands(ofUser, configFile, argv)
  } catch (cause) {
    // Help has to work while a configuration doesn't.
    const { message } = toFailure(cause, '')
    new Output(wantsJson(argv)).warn(`without the commands of plugins: ${message}`)
    return ofUser
  }
}

async function withPluginsOfUser(options: Interfaces.Options, argv: readonly string[]) {
  const output = new Output(wantsJson(argv))
  try {
    const folder = pluginsFolder(options.pjson!.name)
    const listed = listUserPlugins(folder)
    if (listed.length === 0) return options
    const { withUserPlugins } = await import('./user-plugins/load.ts')
    const { config, plugins } = await withUserPlugins(options, folder, listed)
    for (const { name, problem } of plugins) {
      const wayOut = `\`beacon plugins uninstall ${name}\` removes it`
      if (problem !== null) output.warn(`without the plugin '${name}': ${problem}; ${wayOut}`)
    }
    return config
  } catch (cause) {
    output.warn(`without the plugins of this user: ${toFailure(cause, '').message}`)
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

/** What follows `--` is another program's. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json')
}

/** Configurations, plugins and tasks may print what they like. */
function keepStdoutForAnswer(): void {
  globalThis.console = new Console(process.stderr)
}

function renderFailure(
  cause: unknown,
  argv: readonly string[],
  options?: Interfaces.Options | Interfaces.Config,
): void {
  const isUnknown = cause instanceof Error && /^command .* not found\.?$/i.test(cause.message)
  const words = leadingWords(argv)
  const typed = words.join(' ')
  const plugins = options !== undefined && 'runCommand' in options ? [...options.plugins.values()] : []
  const error = isUnknown
    ? unknownCommand(cause, words, plugins)
    : blamePlugin(toFailure(cause, typed), words, plugins)
  const output = new Output(wantsJson(argv))
  process.exitCode = error.exitCode
  if (output.isJson) output.printJson(failure(typed, error))
  else output.fail(error)
}

/** What fails in a command of a user-wide plugin is no bug of ours. */
function blamePlugin(
  error: BeaconError,
  words: readonly string[],
  plugins: readonly Interfaces.Plugin[],
): BeaconError {
  if (error.kind !== 'bug') return error
  const ofUser = plugins.filter(({ type }) => type === 'user' || type === 'link')
  for (const { name, commandIDs } of ofUser) {
    const id = commandIDs.find((command) => `${words.join(':')}:`.startsWith(`${command}:`))
    if (id === undefined) continue
    const command = id.replaceAll(':', ' ')
    return USER_PLUGIN_FAILED({ plugin: name, command, reason: error.message }, error.cause)
  }
  return error
}

function unknownCommand(
  cause: Error,
  words: readonly string[],
  plugins: readonly Interfaces.Plugin[],
): BeaconError {
  if (words.length === 0) return USAGE({ problem: 'no command is named', help: 'beacon --help' }, cause)
  const ofPlugins = plugins.flatMap(({ commandIDs }) => commandIDs.map((id) => id.replaceAll(':', ' ')))
  const commands = [...new Set([...ownCommands(commandLineOptions().root!), ...ofPlugins])]
  // One that takes no arguments is looked for with all words as its name.
  const known = commands.find((command) => words.join(' ').startsWith(`${command} `))
  if (known !== undefined) {
    const [extra] = words.slice(known.split(' ').length)
    return USAGE(
      { problem: `'${known}' takes no argument '${extra}'`, help: `beacon ${known} --help` },
      cause,
    )
  }
  const meant = guessCommand(words, commands)
  const guess = meant === null ? '' : `; did you mean \`beacon ${meant}\`?`
  return USAGE({ problem: `there is no command '${words.join(' ')}'${guess}`, help: 'beacon --help' }, cause)
}
