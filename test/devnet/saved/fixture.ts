/** A saved network without the network: its configuration, its genesis, and a few bytes for what nodes have stored. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { genesisToJson } from '../../../src/beacon/genesis-json.ts'
import { resolveOptions } from '../../../src/devnet/options.ts'
import { planDevnet } from '../../../src/devnet/plan.ts'
import { createManifest, type Manifest } from '../../../src/devnet/saved/manifest.ts'
import { describeFiles } from '../../../src/devnet/saved/network-files.ts'
import { newGenesisParts } from '../../../src/devnet/stored-genesis.ts'
import { beaconInstance, view } from '../../../src/primitives/ids.ts'

export const POSITION = { ...beaconInstance(2), view: view(80) }
export const STORE = 'nodes/validator-0/data/beacon/000005.ldb'

/** A temporary folder, removed when disposed of. */
export function temporary(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'beacon-saved-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

export function writeFiles(root: string, files: Readonly<Record<string, string | object>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
}

/** The network that `seed` gives, of which the store says `stored`. */
export function networkFiles(stored: string, seed = 'test'): Record<string, string | object> {
  const options = resolveOptions('default', { seed, validators: 5 })
  return {
    'config.json': options,
    'genesis.json': genesisToJson(planDevnet(options, newGenesisParts()).genesis),
    [STORE]: stored,
  }
}

/** Writes a saved network to `path`. */
export async function writeSaved(
  path: string,
  files: Readonly<Record<string, string | object>>,
): Promise<Manifest> {
  writeFiles(join(path, 'network'), files)
  const described = await describeFiles(join(path, 'network'), Object.keys(files))
  const manifest = createManifest('default', `0x${'22'.repeat(32)}`, [POSITION], described)
  writeFiles(path, { 'manifest.json': manifest })
  return manifest
}
