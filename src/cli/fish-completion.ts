/** Completion for fish, which oclif doesn't write: of every command, topic and flag, those of plugins among them. */

export interface CompletedFlag {
  readonly name: string
  readonly char?: string
  readonly summary?: string
  readonly type: 'boolean' | 'option'
  readonly options?: readonly string[]
  readonly hidden?: boolean
}

export interface CompletedCommand {
  /** As typed, as in "devnet up". */
  readonly words: string
  readonly summary?: string
  readonly flags: readonly CompletedFlag[]
  /** Whether it takes arguments, which may be files. */
  readonly hasArguments: boolean
}

export interface CompletedTopic {
  readonly words: string
  readonly description?: string
}

/** `__beacon_at` holds where just these words were typed, options aside; `__beacon_in` where they are the first. */
const FUNCTIONS = `function __beacon_words
    for word in (commandline -opc)[2..-1]
        string match --quiet -- '-*' $word; or echo $word
    end
end
function __beacon_at
    set --local words (__beacon_words)
    test "$words" = "$argv"
end
function __beacon_in
    set --local words (__beacon_words)
    set --local first $words[1..(count $argv)]
    test "$first" = "$argv"
end`

export function fishCompletion(
  commands: readonly CompletedCommand[],
  topics: readonly CompletedTopic[],
): string {
  const lines = [
    '# Completion of beacon for fish, made by `beacon autocomplete fish`.',
    FUNCTIONS,
    'complete -c beacon -f',
  ]
  const known = new Set<string>()
  const word = (words: string, description = '') => {
    if (known.has(words)) return
    known.add(words)
    const before = words.split(' ').slice(0, -1)
    lines.push(
      completion(`__beacon_at ${before.join(' ')}`, `-a ${quote(words.split(' ').at(-1)!)}`, description),
    )
  }
  for (const { words, description } of topics) word(words, description)
  for (const command of commands) {
    word(command.words, command.summary)
    lines.push(
      ...command.flags.filter(({ hidden }) => !hidden).map((flag) => flagCompletion(command.words, flag)),
    )
    if (command.hasArguments) lines.push(completion(`__beacon_in ${command.words}`, '-F'))
  }
  return `${lines.join('\n')}\n`
}

function flagCompletion(words: string, { name, char, summary, type, options }: CompletedFlag): string {
  const short = char === undefined ? '' : `-s ${char} `
  const value = type === 'boolean' ? '' : options ? ` -x -a ${quote(options.join(' '))}` : ' -r'
  return completion(`__beacon_in ${words}`, `${short}-l ${name}${value}`, summary)
}

function completion(when: string, what: string, description = ''): string {
  const told = description === '' ? '' : ` -d ${quote(description)}`
  return `complete -c beacon -n ${quote(when.trim())} ${what}${told}`
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
