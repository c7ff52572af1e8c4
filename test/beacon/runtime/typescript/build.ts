/** Bundles the twin into one script, of which `beacon runtime build` makes a component on QuickJS. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { type BuiltRuntime, buildRuntime } from '../../../../src/cli/runtime/build-runtime.ts'

export async function buildTypescriptRuntime(): Promise<BuiltRuntime> {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-runtime-'))
  try {
    await build({
      entryPoints: [join(import.meta.dirname, 'index.ts')],
      outfile: join(folder, 'index.js'),
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2023',
      external: ['beacon:runtime/*'],
      inject: [join(import.meta.dirname, 'globals.ts')],
      plugins: [
        {
          name: 'hash-by-host',
          setup({ onResolve }) {
            onResolve({ filter: /\/hash\.ts$/ }, () => ({ path: join(import.meta.dirname, 'hash.ts') }))
          },
        },
      ],
    })
    return await buildRuntime(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
