/** Compiled contracts as Hardhat and Foundry write them, and what has to be sent to deploy one. */

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { InterfaceAbi, ParamType } from 'ethers'
import * as z from 'zod'
import { defineError } from '../errors/beacon-error.ts'
import { type Hex, isHex } from '../primitives/bytes.ts'

export interface Artifact {
  readonly name: string
  readonly abi: readonly unknown[]
  /** Before the constructor's arguments. */
  readonly bytecode: Hex
}

export const ARTIFACT_INVALID = defineError<{ file: string; reason: string }>({
  code: 'X305',
  name: 'ARTIFACT_INVALID',
  kind: 'user',
  message: ({ file, reason }) => `${file} is no contract that can be deployed: ${reason}`,
  hint: () => 'give the JSON that Hardhat (artifacts/) or Foundry (out/) writes for the contract',
})

export const CONSTRUCTOR_MISMATCH = defineError<{ contract: string; signature: string; reason: string }>({
  code: 'X306',
  name: 'CONSTRUCTOR_MISMATCH',
  kind: 'user',
  message: ({ contract, signature, reason }) => `${contract} is made by ${signature}: ${reason}`,
  hint: () => 'give its arguments after the artifact, in this order; lists and structs as JSON',
})

const schema = z.object({
  contractName: z.string().optional(),
  abi: z.array(z.unknown()),
  // Hardhat writes the text, Foundry an object around it.
  bytecode: z.union([z.string(), z.object({ object: z.string() }).transform(({ object }) => object)]),
})

export function readArtifact(file: string): Artifact {
  const parsed = schema.safeParse(readJson(file))
  if (!parsed.success) throw ARTIFACT_INVALID({ file, reason: 'it has no `abi` and `bytecode`' })
  const { contractName, abi, bytecode: text } = parsed.data
  const bytecode = text.startsWith('0x') ? text : `0x${text}`
  if (bytecode === '0x') throw ARTIFACT_INVALID({ file, reason: 'it is abstract or an interface' })
  if (bytecode.includes('__')) throw ARTIFACT_INVALID({ file, reason: 'it is not linked with its libraries' })
  if (!isHex(bytecode)) throw ARTIFACT_INVALID({ file, reason: 'its bytecode is not hexadecimal' })
  return { name: contractName ?? basename(file, '.json'), abi, bytecode }
}

/** `args` as people type them. */
export async function encodeDeployment(
  { name, abi, bytecode }: Artifact,
  args: readonly string[],
): Promise<Hex> {
  // Loaded here, for it takes longer than everything else that a task does.
  const { Interface } = await import('ethers')
  const contract = new Interface(abi as InterfaceAbi)
  const { inputs } = contract.deploy
  const signature = `constructor(${inputs.map((input) => input.format('full')).join(', ')})`
  try {
    if (args.length !== inputs.length)
      throw new Error(`it takes ${inputs.length} arguments, not ${args.length}`)
    const encoded = contract.encodeDeploy(inputs.map((input, i) => readArgument(input, args[i]!)))
    return `${bytecode}${encoded.slice(2)}` as Hex
  } catch (cause) {
    const reason = (cause as { shortMessage?: string }).shortMessage ?? (cause as Error).message
    throw CONSTRUCTOR_MISMATCH({ contract: name, signature, reason }, cause)
  }
}

function readArgument({ baseType, type }: ParamType, text: string): unknown {
  if (baseType === 'array' || baseType === 'tuple') return JSON.parse(text)
  if (type !== 'bool') return text
  if (text !== 'true' && text !== 'false') throw new Error(`'${text}' is neither true nor false`)
  return text === 'true'
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw ARTIFACT_INVALID({ file, reason: cause instanceof Error ? cause.message : String(cause) }, cause)
  }
}
