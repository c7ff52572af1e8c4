/** An error that a JSON-RPC caller is meant to see as it is; whatever else a method throws is answered as -32603 without its text. */

export const PARSE_ERROR = -32700
export const INVALID_REQUEST = -32600
export const METHOD_NOT_FOUND = -32601
export const INVALID_PARAMS = -32602
export const INTERNAL_ERROR = -32603
/** Of the range left to servers; these four as in EIP-1474 and geth. */
export const SERVER_ERROR = -32000
export const TIMED_OUT = -32002
export const RESPONSE_TOO_LARGE = -32003
export const LIMIT_EXCEEDED = -32005

export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  /** As in a revert's returned bytes; absent if undefined. */
  readonly data: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}
