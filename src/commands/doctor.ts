import { BaseCommand, CheckFailed } from '../cli/base-command.ts'
import { checkAnvil } from '../cli/doctor/check-anvil.ts'
import { checkClock } from '../cli/doctor/check-clock.ts'
import { checkDisk } from '../cli/doctor/check-disk.ts'
import { checkLeftovers } from '../cli/doctor/check-leftovers.ts'
import { checkNode } from '../cli/doctor/check-node.ts'
import { checkPorts } from '../cli/doctor/check-ports.ts'
import type { Finding, Patient } from '../cli/doctor/finding.ts'
import { type Case, JUNIT_FLAG, withJUnit } from '../cli/junit.ts'
import { defineError } from '../errors/beacon-error.ts'

const SOMETHING_BROKEN = defineError<{ checks: readonly string[] }>({
  code: 'C505',
  name: 'SOMETHING_BROKEN',
  kind: 'environment',
  message: ({ checks }) => `not in order: ${checks.join(', ')}`,
  hint: () => 'each finding above says what to do about it',
})

export default class Doctor extends BaseCommand {
  static override readonly summary =
    'Look at everything that a devnet needs, and say what is wrong and what to do about it.'
  static override readonly description =
    'Node, the ports of the default devnet, the disk, anvil, the clock, and what devnets left behind. Exit code 1 if something is broken.'
  static override readonly examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --json',
    '<%= config.bin %> doctor --junit reports/doctor.xml',
  ]
  static override readonly flags = { junit: JUNIT_FLAG }

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor)
    const check = { suite: this.commandName, name: 'look at everything' }
    await withJUnit(flags.junit, check, this.output, async (addFinding) => {
      await this.#examine({ root: this.root(flags), folder: this.folder(flags) }, addFinding)
    })
  }

  async #examine(patient: Patient, addFinding: (found: Case) => void): Promise<void> {
    const findings = (
      await Promise.all([
        checkNode(),
        checkPorts(patient),
        checkDisk(patient),
        checkAnvil(),
        checkClock(patient),
        checkLeftovers(patient),
      ])
    ).flat()
    for (const finding of findings) addFinding(asCase(finding))
    const wrong = findings.filter(({ state }) => state === 'broken')
    if (wrong.length === 0) return this.report({ findings }, () => this.#show(findings))
    if (!this.output.isJson) this.#show(findings)
    throw new CheckFailed(SOMETHING_BROKEN({ checks: [...new Set(wrong.map(({ check }) => check))] }), {
      findings,
    })
  }

  #show(findings: readonly Finding[]): void {
    const { paint } = this.output
    const colours = { ok: paint.green, warning: paint.yellow, broken: paint.red }
    for (const { check, state, message, wayOut } of findings) {
      this.output.print(`${colours[state](state.padEnd(7))}  ${check.padEnd(9)}  ${message}`)
      if (wayOut !== null) this.output.print(`${' '.repeat(20)}${paint.dim('way out:')} ${wayOut}`)
    }
  }
}

/** A warning is no failure: it is said where a passed check says something. */
function asCase({ check, state, message, wayOut }: Finding): Case {
  const name = `${check}: ${message}`
  if (state === 'broken') return { name, failure: { message, hint: wayOut ?? '' } }
  return state === 'ok' ? { name } : { name, output: `${message}\nhint: ${wayOut}` }
}
