/** The contracts of Counter.sol, compiled, and written as Hardhat and Foundry write them. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

interface Code {
  readonly object: string
  readonly linkReferences: Record<string, Record<string, { start: number; length: number }[]>>
  readonly immutableReferences?: Record<string, { start: number; length: number }[]>
}

export interface Compiled {
  readonly abi: { readonly type: string }[]
  readonly metadata: string
  readonly evm: { readonly bytecode: Code; readonly deployedBytecode: Code }
}

export type ContractName = 'Counter' | 'Steps' | 'Proxy'

export const SOURCE = 'Counter.sol'

/** `comment` changes nothing but the metadata. */
export function compile(comment = ''): Record<ContractName, Compiled> {
  const solc = createRequire(import.meta.url)('solc')
  const source = readFileSync(new URL(`fixtures/${SOURCE}`, import.meta.url), 'utf8')
  const input = {
    language: 'Solidity',
    sources: { [SOURCE]: { content: `${source}\n// ${comment}` } },
    settings: {
      evmVersion: 'prague',
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { '*': { '*': ['abi', 'metadata', 'evm.bytecode', 'evm.deployedBytecode'] } },
    },
  }
  return JSON.parse(solc.compile(JSON.stringify(input))).contracts[SOURCE]
}

/** As Hardhat 2 has it: without the places of immutables. */
export function hardhatFile(name: string, { abi, evm: { bytecode, deployedBytecode } }: Compiled): object {
  return {
    _format: 'hh-sol-artifact-1',
    contractName: name,
    sourceName: `contracts/${SOURCE}`,
    abi,
    bytecode: `0x${bytecode.object}`,
    deployedBytecode: `0x${deployedBytecode.object}`,
    linkReferences: bytecode.linkReferences,
    deployedLinkReferences: deployedBytecode.linkReferences,
  }
}

export function foundryFile({ abi, metadata, evm: { bytecode, deployedBytecode } }: Compiled): object {
  const { object, linkReferences } = bytecode
  return {
    abi,
    bytecode: { object: `0x${object}`, linkReferences },
    deployedBytecode: { ...deployedBytecode, object: `0x${deployedBytecode.object}` },
    metadata: JSON.parse(metadata),
  }
}

export function writeHardhatFolder(root: string, contracts: Record<ContractName, Compiled>): void {
  for (const [name, contract] of Object.entries(contracts)) {
    const folder = join(root, 'artifacts/contracts', SOURCE)
    writeJson(join(folder, `${name}.json`), hardhatFile(name, contract))
    writeJson(join(folder, `${name}.dbg.json`), { _format: 'hh-sol-dbg-1' })
  }
}

function writeJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(value))
}

/** The library's address put in. */
export function link({ object, linkReferences }: Code, address: string): string {
  let code = object
  for (const { start, length } of Object.values(linkReferences).flatMap((byName) =>
    Object.values(byName).flat(),
  )) {
    code = code.slice(0, start * 2) + address.slice(2).toLowerCase() + code.slice((start + length) * 2)
  }
  return `0x${code}`
}
