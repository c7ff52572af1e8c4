/** AssemblyScript compiled to a core module, the same bytes on every machine. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'

/** Traps carry no message, and nothing is checked twice: metering bounds what a runtime may do. */
const OPTIONS = ['-O3', '--noAssert', '--runtime', 'incremental', '--use', 'abort=']

/** `compiler` is asc's own script, `constants` integers that the sources may use. Rejects with what it says is wrong with the sources. */
export async function compileAssemblyScript(
  entry: string,
  compiler: string,
  constants: Readonly<Record<string, number>> = {},
): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-runtime-'))
  try {
    const file = join(folder, 'core.wasm')
    const uses = Object.entries(constants).flatMap(([name, value]) => ['--use', `${name}=${value}`])
    await execa(process.execPath, [compiler, entry, ...OPTIONS, ...uses, '--outFile', file])
    return readFileSync(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
