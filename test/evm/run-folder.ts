/** All GeneralStateTests of a folder, whatever is in it. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Vm } from '../../src/rollup/vm/vm.ts'
import { runCase, type StateTest } from './state-test.ts'

export interface Counts {
  readonly passed: number
  readonly skipped: number
  readonly failures: readonly string[]
}

/** `fork` as the files name it: "Cancun". */
export async function runFolder(vm: Vm, folder: string, fork: string): Promise<Counts> {
  let passed = 0
  let skipped = 0
  const failures: string[] = []
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  )
  for (const file of files.sort()) {
    const tests = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, StateTest>
    for (const [name, test] of Object.entries(tests)) {
      for (const [index, post] of (test.post?.[fork] ?? []).entries()) {
        const verdict = await runCase(vm, test, post).catch((error: Error) => ({ reason: error.stack ?? '' }))
        if (verdict === 'passed') passed++
        else if (verdict === 'skipped') skipped++
        else failures.push(`${file} ${name} [${index}]: ${verdict.reason}`)
      }
    }
  }
  return { passed, skipped, failures }
}
