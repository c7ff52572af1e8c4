/** Asks in a terminal which template it shall be. */

import { createInterface } from 'node:readline/promises'
import { defineError } from '../../errors/beacon-error.ts'
import { DEFAULT_TEMPLATE, TEMPLATE_NAMES, TEMPLATES, type TemplateName } from './templates.ts'

export const NO_TEMPLATE_CHOSEN = defineError({
  code: 'C604',
  name: 'NO_TEMPLATE_CHOSEN',
  kind: 'user',
  message: () => 'no template was chosen, and nothing was written',
  hint: () => `\`beacon init --template ${DEFAULT_TEMPLATE}\` asks nothing`,
})

export interface Terminal {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
}

/** By number or name, the default for an empty line; asks again for anything else. Throws NO_TEMPLATE_CHOSEN after Ctrl-C or Ctrl-D. */
export async function chooseTemplate({ input, output }: Terminal): Promise<TemplateName> {
  const lines = createInterface({ input, output })
  const closed = new Promise<never>((_, reject) => lines.once('close', () => reject(NO_TEMPLATE_CHOSEN())))
  // It is also closed when all is well, and then nobody waits for it.
  closed.catch(() => {})
  try {
    output.write(`${describeChoices().join('\n')}\n`)
    for (;;) {
      const question = lines.question(`Which template? [${DEFAULT_TEMPLATE}] `)
      const answer = await Promise.race([question, closed])
      const chosen = readAnswer(answer.trim().toLowerCase())
      if (chosen !== null) return chosen
    }
  } catch {
    throw NO_TEMPLATE_CHOSEN()
  } finally {
    lines.close()
  }
}

function describeChoices(): string[] {
  const width = Math.max(...TEMPLATE_NAMES.map((name) => name.length))
  return TEMPLATE_NAMES.map((name, i) => `  ${i + 1}  ${name.padEnd(width)}  ${TEMPLATES[name]}`)
}

function readAnswer(answer: string): TemplateName | null {
  if (answer === '') return DEFAULT_TEMPLATE
  const byNumber = TEMPLATE_NAMES[Number(answer) - 1]
  return byNumber ?? TEMPLATE_NAMES.find((name) => name === answer) ?? null
}
