/** What commands of plugins are made of. Apart from the public entry, since it loads the command-line framework. */

export { Args, Flags } from '@oclif/core'
export { BaseCommand as BeaconCommand } from './cli/base-command.ts'
