/** The ERC-20 that clients deploy: fixtures/Token.sol, compiled by the solc of npm with OpenZeppelin's contracts from npm. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

export const FIXTURES = join(import.meta.dirname, 'fixtures')
const require = createRequire(import.meta.url)

export interface Artifact {
  // An ABI is whatever JSON the compiler says; each client has its own type for it.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly abi: any[]
  readonly bytecode: `0x${string}`
}

export function compileToken(): Artifact {
  const input = {
    language: 'Solidity',
    sources: { 'Token.sol': { content: readFileSync(join(FIXTURES, 'Token.sol'), 'utf8') } },
    settings: { outputSelection: { '*': { Token: ['abi', 'evm.bytecode.object'] } } },
  }
  const findImport = (path: string) => ({ contents: readFileSync(require.resolve(path), 'utf8') })
  const output = JSON.parse(require('solc').compile(JSON.stringify(input), { import: findImport }))
  const { abi, evm } = output.contracts['Token.sol'].Token
  return { abi, bytecode: `0x${evm.bytecode.object}` }
}
