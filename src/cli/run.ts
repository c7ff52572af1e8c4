/** The command line: finds the command, runs it, and renders the errors that arise before there is one. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Errors, flush, type Interfaces, run as runOclif } from '@oclif/core'
import { installationRoot } from '../devnet/installation.ts'
import { toFailure, USAGE } from './failure.ts'
import { failure, Output } from './output.ts'

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
    await runOclif(argv, commandLineOptions())
    await flush()
  } catch (cause) {
    // Help and version end this way.
    if (cause instanceof Errors.ExitError) process.exitCode = cause.oclif.exit
    else renderFailure(cause, argv)
  }
}

function renderFailure(cause: unknown, argv: readonly string[]): void {
  const typed = argv.filter((word) => !word.startsWith('-')).join(' ')
  const isUnknown = cause instanceof Error && /^command .* not found$/.test(cause.message)
  const error = isUnknown
    ? USAGE({ problem: `there is no command '${typed}'`, help: 'beacon --help' }, cause)
    : toFailure(cause, typed)
  const output = new Output(argv.includes('--json'))
  process.exitCode = error.exitCode
  if (output.isJson) output.printJson(failure(typed, error))
  else output.fail(error)
}
