/**
 * Why a transaction can't be in the pool or in a block. A refusal is a value, not an exception: it answers a stranger. Messages are
 * geth's, because wallets and libraries match them.
 */

export type RefusalReason =
  | 'malformed'
  | 'nonce-too-low'
  | 'nonce-too-high'
  | 'insufficient-funds'
  | 'intrinsic-gas-too-low'
  | 'gas-limit-exceeded'
  | 'initcode-too-large'
  | 'tip-above-fee-cap'
  | 'fee-cap-below-base-fee'
  | 'sender-not-eoa'
  | 'replacement-underpriced'
  | 'underpriced'
  | 'account-limit'
  | 'not-impersonated'
  | 'other-block'

export interface Refusal {
  readonly reason: RefusalReason
  readonly message: string
}

export function refuse(reason: RefusalReason, message: string): Refusal {
  return { reason, message }
}
