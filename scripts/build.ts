/**
 * Builds dist/: the WASM components, and one ESM bundle with shared chunks, entered by the command line, the node processes and the public entries. Bundling
 * is what makes start-up fast; native modules and packages with assets of their own stay outside. Then writes oclif.manifest.json, from which
 * the command line knows its commands without loading them.
 */

import { execFileSync } from 'node:child_process'
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Plugin } from '@oclif/core'
import { type BuildOptions, type Plugin as BuildPlugin, build } from 'esbuild'
import manifest from '../package.json' with { type: 'json' }
import { commandLineOptions } from '../src/cli/run.ts'
import { buildComponent, SHIPPED_COMPONENTS } from './build-components.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

const commands = readdirSync(join(root, 'src/commands'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join('src/commands', file))

/**
 * Importing node:http as an ES module reads all of its exports, among them getters that load the whole fetch client: 50 ms of CPU and
 * 13 MB in every process. Through require they stay unread.
 */
const lazyHttp: BuildPlugin = {
  name: 'lazy-http',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'http', namespace: 'lazy-http' } : undefined,
    )
    onLoad({ filter: /^http$/, namespace: 'lazy-http' }, () => ({
      contents: "module.exports = require('node:http')",
    }))
  },
}

// Built aside, so that a build that fails leaves the last one in place.
const next = join(root, 'dist.next')
rmSync(next, { recursive: true, force: true })

const options: BuildOptions = {
  absWorkingDir: root,
  outdir: next,
  outbase: 'src',
  bundle: true,
  format: 'esm',
  platform: 'node',
  mainFields: ['module', 'main'],
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
    // Users have it too, and its classes are to be the same ones.
    'ethers',
    // Reads WASM beside it.
    '@bytecodealliance/jco-transpile',
  ],
  banner: {
    // Bundled CommonJS packages still call require for Node's own modules.
    js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
  },
  plugins: [lazyHttp],
  logLevel: 'warning',
}

/** What users import. */
const publicEntries = ['src/index.ts', 'src/command.ts', 'src/testing/index.ts', 'src/testing/vitest.ts']

// A file of its own for each kind of process: finding and linking twenty chunks takes longer than reading the same code twice.
await Promise.all([
  // One build with shared chunks, so that what one of them registers the others know: a test file may import all public entries, and a
  // command, by way of the configuration, what plugins import.
  build({
    ...options,
    splitting: true,
    entryPoints: [...commands, 'src/cli/run.ts', ...publicEntries, 'src/cli/gateway-extension.ts'],
  }),
  build({ ...options, splitting: true, entryPoints: ['src/nodes/seat-worker.ts'] }),
  build({
    ...options,
    entryPoints: ['src/nodes/main.ts', 'src/devnet/main.ts', 'src/platform/components/translator-worker.ts'],
  }),
  ...SHIPPED_COMPONENTS.map((component) => buildComponent(component, next, dist)),
])

// What users compile against, as tsconfig.types.json lists it. Types are checked by `npm run check`, not here.
const tsc = join(root, 'node_modules/.bin/tsc')
const types = ['--project', join(root, 'tsconfig.types.json'), '--outDir', join(next, 'types')]
execFileSync(tsc, [...types, '--noCheck'], { stdio: 'inherit' })

rmSync(dist, { recursive: true, force: true })
renameSync(next, dist)

const plugin = new Plugin({ ...commandLineOptions(), isRoot: true, ignoreManifest: true })
await plugin.load()
writeFileSync(join(root, 'oclif.manifest.json'), JSON.stringify(plugin.manifest))
