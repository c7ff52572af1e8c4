/** Where a proxy sends its calls: EIP-1967's slot, EIP-1167's clones, EIP-7702's delegated accounts. */

import type { Chain } from './chain.ts'

/** keccak256('eip1967.proxy.implementation') - 1 */
const IMPLEMENTATION_SLOT = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc'
const CLONE = /^0x363d3d373d3d3d363d73([0-9a-f]{40})5af43d82803e903d91602b57fd5bf3$/
const DELEGATED = /^0xef0100([0-9a-f]{40})$/
const NOBODY = `0x${'0'.repeat(40)}`

/** Null if it is none of these. */
export async function implementationOf(
  address: string,
  code: string,
  chain: Pick<Chain, 'slot'>,
): Promise<string | null> {
  const [, inCode] = CLONE.exec(code) ?? DELEGATED.exec(code) ?? []
  if (inCode !== undefined) return `0x${inCode}`
  const stored = `0x${(await chain.slot(address, IMPLEMENTATION_SLOT)).slice(-40)}`
  return stored === NOBODY ? null : stored
}
