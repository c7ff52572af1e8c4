/** JavaScript with values at hand and `await` at the top level: as a conversation on a terminal, or as a script. */

import { once } from 'node:events'
import { type REPLServer, start } from 'node:repl'
import { promisify } from 'node:util'
import { compileFunction, constants } from 'node:vm'

export interface ConversationOptions {
  readonly prompt: string
  /** Lines of this conversation and of earlier ones. */
  readonly historyFile: string
}

/** Resolves when the person ends it. `values` are there by their names; getters stay getters. */
export async function converse(values: object, { prompt, historyFile }: ConversationOptions): Promise<void> {
  const server = start({ prompt, useGlobal: true, breakEvalOnSigint: true })
  Object.defineProperties(server.context, Object.getOwnPropertyDescriptors(values))
  const ended = once(server, 'exit')
  const setupHistory = promisify<string, REPLServer>(server.setupHistory.bind(server))
  // Without a history one can talk, too.
  await setupHistory(historyFile).catch(() => {})
  await ended
}

/** Runs a script. Resolves to its value if it is one expression; rejects with what it throws, in whose stack it is called `script`. */
export async function runScript(values: object, script: string): Promise<unknown> {
  const expression = script.trim().replace(/;$/, '')
  return (
    isSyntax(`(${expression}\n)`) ? compile(values, `return (${expression}\n)`) : compile(values, script)
  )()
}

const ASYNC = 'return (async () => {'

/** Throws a SyntaxError. */
function compile(values: object, body: string): () => Promise<unknown> {
  return compileFunction(`${ASYNC}${body}\n})()`, [], {
    filename: 'script',
    columnOffset: -ASYNC.length,
    contextExtensions: [values],
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as () => Promise<unknown>
}

function isSyntax(body: string): boolean {
  try {
    compile({}, body)
    return true
  } catch {
    return false
  }
}
