/** Takes a command line of `beacon run` apart: what every command knows, the words of the task, and what is the task's to read. */

/** Stands for --help behind a task: of that the framework would show the help of `run`. */
export const TASK_HELP = '--task-help'

const WITH_VALUE = ['--dir', '--name', '--timeout', '--junit']
const WITHOUT_VALUE = ['--json']

export interface TaskWords {
  /** For the command itself. */
  readonly flags: string[]
  /** Up to the first option. */
  readonly words: readonly string[]
  /** From the first option on. */
  readonly rest: readonly string[]
  readonly wantsHelp: boolean
}

export function splitTaskWords(argv: readonly string[]): TaskWords {
  const flags: string[] = []
  const others: string[] = []
  const left = [...argv]
  let wantsHelp = false
  while (left.length > 0) {
    const word = left.shift()!
    if (word === '--') {
      others.push(word, ...left.splice(0))
    } else if (word === TASK_HELP) {
      wantsHelp = true
    } else if (WITH_VALUE.includes(word)) {
      flags.push(word, ...left.splice(0, 1))
    } else if (WITHOUT_VALUE.includes(word) || WITH_VALUE.some((flag) => word.startsWith(`${flag}=`))) {
      flags.push(word)
    } else {
      others.push(word)
    }
  }
  const firstOption = others.findIndex((word) => word.startsWith('-'))
  const end = firstOption === -1 ? others.length : firstOption
  return { flags, words: others.slice(0, end), rest: others.slice(end), wantsHelp }
}

/** Asks for the help of the task, where one is named: `beacon run stake report --help`. */
export function askForTaskHelp(argv: readonly string[]): string[] {
  const namesTask = argv[0] === 'run' && splitTaskWords(argv.slice(1)).words.length > 0
  return argv.map((word) => (namesTask && (word === '--help' || word === '-h') ? TASK_HELP : word))
}
