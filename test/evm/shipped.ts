/** The EVM as this checkout ships it. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMPONENT_FILE, type Component, loadComponent } from '../../src/platform/components/load.ts'

const FOLDER = join(import.meta.dirname, '../../dist/evm')

export function loadShippedEvm(): Promise<Component> {
  const translator = new URL('../../src/platform/components/translator-worker.ts', import.meta.url)
  return loadComponent(readFileSync(join(FOLDER, COMPONENT_FILE)), { shipped: FOLDER, translator })
}
