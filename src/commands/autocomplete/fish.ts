import { BaseCommand } from '../../cli/base-command.ts'
import { fishCompletion } from '../../cli/fish-completion.ts'

export default class AutocompleteFish extends BaseCommand {
  static override readonly summary =
    'Print the completion of all commands for fish; `autocomplete` has bash and zsh.'
  static override readonly examples = [
    '<%= config.bin %> autocomplete fish > ~/.config/fish/completions/beacon.fish',
  ]

  async run(): Promise<void> {
    await this.parse(AutocompleteFish)
    const commands = this.config.commands.filter(({ hidden }) => !hidden)
    const script = fishCompletion(
      commands.map(({ id, summary, flags, args, strict }) => ({
        words: id.replaceAll(':', ' '),
        ...(summary === undefined ? {} : { summary: this.#plain(summary) }),
        flags: Object.values(flags).map((flag) => ({
          ...flag,
          ...(flag.summary === undefined ? {} : { summary: this.#plain(flag.summary) }),
        })),
        hasArguments: strict === false || Object.keys(args).length > 0,
      })),
      this.config.topics.map(({ name, description }) => ({
        words: name.replaceAll(':', ' '),
        ...(description === undefined ? {} : { description: this.#plain(description) }),
      })),
    )
    this.report({ script }, () => this.output.print(script.trimEnd()))
  }

  /** Texts of oclif's own plugins are templates. */
  #plain(text: string): string {
    return text.replaceAll(/<%[=-]? *config\.bin *%>/g, this.config.bin)
  }
}
