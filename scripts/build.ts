/**
 * Builds dist/: one ESM bundle with shared chunks, entered by the command line, the node processes and the public entries. Bundling
 * is what makes start-up fast; native modules and packages with assets of their own stay outside.
 */

import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import manifest from '../package.json' with { type: 'json' }

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

const commands = readdirSync(join(root, 'src/commands'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join('src/commands', file))

rmSync(dist, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: [
    ...commands,
    'src/cli/run.ts',
    'src/devnet/main.ts',
    'src/nodes/main.ts',
    'src/nodes/seat-worker.ts',
  ],
  outdir: dist,
  outbase: 'src',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.13',
  sourcemap: true,
  define: { 'process.env.BEACON_VERSION': JSON.stringify(manifest.version) },
  external: [
    '@chainsafe/blst',
    'level',
    'secp256k1',
    '@foundry-rs/anvil',
    '@oclif/core',
    '@oclif/*',
    'typescript',
  ],
  banner: {
    // Bundled CommonJS packages still call require for Node's own modules.
    js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
  },
  logLevel: 'warning',
})
