/** One contract as a compiler left it: a JSON file of Hardhat's (2 and 3) or Foundry's layout in, its names and code out. */

import { Interface, type JsonFragment } from 'ethers'
import * as z from 'zod'
import { guessHoles, ownAddressHole } from './bytecode.ts'

/** In digits of the code, which is hex without 0x. */
export interface Hole {
  readonly start: number
  readonly length: number
}

export interface CodeTemplate {
  /** In lower case, without 0x; empty of an interface. */
  readonly code: string
  /** What compilers leave open, in the order of the code. */
  readonly holes: readonly Hole[]
}

export interface Artifact {
  readonly name: string
  /** As in `contracts/Token.sol`; empty if the file doesn't say. */
  readonly source: string
  readonly interface: Interface
  readonly creation: CodeTemplate
  readonly runtime: CodeTemplate
}

const places = z.array(z.object({ start: z.int(), length: z.int() }))
const links = z.record(z.string(), z.record(z.string(), places))
const immutables = z.record(z.string(), places)
const abi = z.array(z.record(z.string(), z.unknown()))

const hardhatSchema = z.object({
  contractName: z.string(),
  sourceName: z.string(),
  abi,
  bytecode: z.string(),
  deployedBytecode: z.string(),
  linkReferences: links.optional(),
  deployedLinkReferences: links.optional(),
  immutableReferences: immutables.optional(),
})

const foundryCode = z.object({
  object: z.string(),
  linkReferences: links.optional(),
  immutableReferences: immutables.optional(),
})

const foundrySchema = z.object({
  abi,
  bytecode: foundryCode,
  deployedBytecode: foundryCode,
  metadata: z
    .object({ settings: z.object({ compilationTarget: z.record(z.string(), z.string()) }) })
    .optional()
    .catch(undefined),
})

/** Null if the file is something else, as much in these folders is. `fileName` names Foundry's contracts, without `.json`. */
export function readArtifact(json: unknown, fileName: string): Artifact | null {
  const hardhat = hardhatSchema.safeParse(json)
  if (hardhat.success) return fromHardhat(hardhat.data)
  const foundry = foundrySchema.safeParse(json)
  return foundry.success ? fromFoundry(foundry.data, fileName) : null
}

function fromHardhat(file: z.infer<typeof hardhatSchema>): Artifact {
  const { linkReferences, deployedLinkReferences, immutableReferences } = file
  return {
    name: file.contractName,
    source: file.sourceName,
    interface: interfaceOf(file.abi),
    creation: template(file.bytecode, linkReferences, {}),
    runtime: template(file.deployedBytecode, deployedLinkReferences, immutableReferences),
  }
}

function fromFoundry(file: z.infer<typeof foundrySchema>, fileName: string): Artifact {
  const { bytecode, deployedBytecode, metadata } = file
  const [target] = Object.entries(metadata?.settings.compilationTarget ?? {})
  return {
    // With several versions of the compiler the file's name is as in Token.0.8.20.json.
    name: target?.[1] ?? fileName.split('.')[0]!,
    source: target?.[0] ?? '',
    interface: interfaceOf(file.abi),
    creation: template(bytecode.object, bytecode.linkReferences, {}),
    runtime: template(
      deployedBytecode.object,
      deployedBytecode.linkReferences,
      deployedBytecode.immutableReferences,
    ),
  }
}

function interfaceOf(fragments: z.infer<typeof abi>): Interface {
  return new Interface(fragments as JsonFragment[])
}

function template(
  hex: string,
  linkReferences: z.infer<typeof links> = {},
  immutableReferences?: z.infer<typeof immutables>,
): CodeTemplate {
  const code = hex.replace(/^0x/, '').toLowerCase()
  const linked = Object.values(linkReferences).flatMap((byName) => Object.values(byName).flat())
  const known = [...linked, ...Object.values(immutableReferences ?? {}).flat()]
  const listed = known.map(({ start, length }) => ({ start: start * 2, length: length * 2 }))
  const guessed = immutableReferences === undefined ? guessHoles(code) : []
  const holes = [...listed, ...guessed, ...ownAddressHole(code)]
  return { code, holes: holes.sort((a, b) => a.start - b.start) }
}
