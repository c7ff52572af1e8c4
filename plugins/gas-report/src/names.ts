/**
 * Names of what transactions do. Code on the chain is compared with artifacts; a proxy is named by what stands behind it at present. What no
 * artifact explains keeps its address and its selector.
 */

import type { Artifact } from './artifact.ts'
import { compareCreation, compareRuntime, type Likeness } from './bytecode.ts'
import type { Chain } from './chain.ts'
import { implementationOf } from './proxy.ts'

export interface Target {
  /** Null of an account without code. */
  readonly contract: string | null
  /** Whose methods it has, in the order of looking. */
  readonly artifacts: readonly Artifact[]
  readonly sizeBytes: number
}

const SELECTOR_DIGITS = 10
const NO_CODE = '0x'

export class Names {
  readonly #artifacts: readonly Artifact[]
  readonly #ambiguous: ReadonlySet<string>
  readonly #chain: Pick<Chain, 'code' | 'slot'>
  readonly #targets = new Map<string, Promise<Target>>()
  /** By code: a factory's contracts are compared once. */
  readonly #byCode = new Map<string, Artifact | null>()

  constructor(artifacts: readonly Artifact[], chain: Pick<Chain, 'code' | 'slot'>) {
    this.#artifacts = artifacts
    this.#ambiguous = ambiguousNames(artifacts)
    this.#chain = chain
  }

  target(address: string): Promise<Target> {
    const found = this.#targets.get(address) ?? this.#look(address)
    this.#targets.set(address, found)
    return found
  }

  /** Of a creation that has left no code. Null if no artifact begins so. */
  creation(input: string): string | null {
    const artifact = best(this.#artifacts, (candidate) => compareCreation(candidate, input))
    return artifact && this.#nameOf(artifact)
  }

  async #look(address: string): Promise<Target> {
    const code = await this.#chain.code(address)
    if (code === NO_CODE) return { contract: null, artifacts: [], sizeBytes: 0 }
    const sizeBytes = (code.length - NO_CODE.length) / 2
    const own = this.#find(code)
    const implementation = await implementationOf(address, code, this.#chain)
    if (implementation === null)
      return { contract: own ? this.#nameOf(own) : address, artifacts: own ? [own] : [], sizeBytes }
    const behind = this.#find(await this.#chain.code(implementation))
    const artifacts = [behind, own].filter((artifact) => artifact !== null)
    const name = behind ? this.#nameOf(behind) : implementation
    return { contract: `${name} (by proxy)`, artifacts, sizeBytes }
  }

  #find(code: string): Artifact | null {
    const known = this.#byCode.get(code)
    if (known !== undefined) return known
    const artifact = best(this.#artifacts, (candidate) => compareRuntime(candidate, code))
    this.#byCode.set(code, artifact)
    return artifact
  }

  #nameOf({ name, source }: Artifact): string {
    return this.#ambiguous.has(name) && source !== '' ? `${source}:${name}` : name
  }
}

/** The signature, as overloads differ in it; a selector that no artifact has as 0x-hex. */
export function methodOf({ artifacts }: Target, input: string): string {
  if (input.length < SELECTOR_DIGITS) return input === NO_CODE ? 'receive()' : 'fallback()'
  const selector = input.slice(0, SELECTOR_DIGITS)
  for (const { interface: abi } of artifacts) {
    const fragment = abi.getFunction(selector)
    if (fragment !== null) return fragment.format('sighash')
  }
  return selector
}

function best(
  artifacts: readonly Artifact[],
  compare: (artifact: Artifact) => Likeness | null,
): Artifact | null {
  let alike: Artifact | null = null
  for (const artifact of artifacts) {
    const likeness = compare(artifact)
    if (likeness === 'same') return artifact
    if (likeness !== null) alike ??= artifact
  }
  return alike
}

/** Of contracts in several sources. */
function ambiguousNames(artifacts: readonly Artifact[]): Set<string> {
  const sources = new Map<string, string>()
  const ambiguous = new Set<string>()
  for (const { name, source } of artifacts) {
    if ((sources.get(name) ?? source) !== source) ambiguous.add(name)
    sources.set(name, source)
  }
  return ambiguous
}
