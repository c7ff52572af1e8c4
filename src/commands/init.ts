import { basename, relative, resolve } from 'node:path'
import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.ts'
import { beaconSource, beaconVersion } from '../cli/init/beacon-source.ts'
import { chooseTemplate } from '../cli/init/choose-template.ts'
import { copyTemplate } from '../cli/init/copy-template.ts'
import { checkProjectName, projectNameFor } from '../cli/init/project-name.ts'
import { DEFAULT_TEMPLATE, TEMPLATE_NAMES, type TemplateName, templateFolder } from '../cli/init/templates.ts'
import { installationRoot } from '../devnet/installation.ts'

export default class Init extends BaseCommand {
  static override readonly summary =
    'Start a project: contracts on a rollup, a network of rollups, or a plugin.'
  static override readonly description =
    'Writes a template into a new or an empty folder, or beside what is in it, and overwrites nothing. In a terminal it asks which template; elsewhere it is `contracts`.'
  static override readonly examples = [
    '<%= config.bin %> init my-app',
    '<%= config.bin %> init my-plugin --template plugin --name @me/my-plugin --json',
  ]
  static override readonly args = {
    dir: Args.string({ description: 'where to; here if left out', default: '.' }),
  }
  static override readonly flags = {
    template: Flags.custom<TemplateName>({
      summary: 'what to start from',
      options: TEMPLATE_NAMES,
      helpValue: 'NAME',
    })(),
    name: Flags.string({ summary: "the project's (that of its folder)", helpValue: 'NAME' }),
    // No devnet is asked for anything.
    dir: Flags.string({ hidden: true }),
    timeout: Flags.integer({ hidden: true }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Init)
    const folder = resolve(args.dir)
    const name = flags.name === undefined ? projectNameFor(basename(folder)) : checkProjectName(flags.name)
    const template = flags.template ?? (await this.#askForTemplate())
    const installation = installationRoot()
    const beaconlayer = beaconSource(folder, installation)
    const files = copyTemplate(templateFolder(template), folder, {
      NAME: name,
      BEACONLAYER: beaconlayer,
      BEACONLAYER_VERSION: beaconVersion(installation),
    })
    const next = [...describeWay(folder), 'npm install', 'npm test']
    this.report({ dir: folder, name, template, beaconlayer, files, next }, () => {
      this.output.print(`${name} is in ${folder}, made from the template '${template}'. Next:`)
      for (const line of next) this.output.print(`  ${line}`)
    })
  }

  async #askForTemplate(): Promise<TemplateName> {
    const isTerminal = process.stdin.isTTY && process.stderr.isTTY && !this.output.isJson
    return isTerminal ? chooseTemplate({ input: process.stdin, output: process.stderr }) : DEFAULT_TEMPLATE
  }
}

/** The command that leads into `folder`; none if we are there. */
function describeWay(folder: string): string[] {
  const way = relative(process.cwd(), folder)
  if (way === '') return []
  return [/^[\w./@+-]+$/.test(way) ? `cd ${way}` : `cd '${way.replaceAll("'", `'\\''`)}'`]
}
