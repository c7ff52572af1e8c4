/**
 * What a project adds to gateways: JSON-RPC methods of its own, and observers of requests. Its code runs in the process of the gateways, which
 * must survive it: whatever it throws is the answer to one request and no more.
 */

import { RpcError } from '../../rpc/rpc-error.ts'
import type { OwnMethods } from './router.ts'

export interface GatewayExtension {
  /** Of one chain. */
  methods(chain: ExtendedChain): Promise<Readonly<Record<string, ExtensionMethod>>>
  /** Told of every request before it is answered; null if nobody wants to know. Returns at once, and never throws. */
  readonly observe: ((request: ObservedRequest) => void) | null
}

export interface ExtendedChain {
  /** 'beacon', or the name of a rollup. */
  readonly chain: string
  /** Asks the nodes behind the gateway. */
  readonly call: (method: string, params: readonly unknown[]) => Promise<unknown>
}

export type ExtensionMethod = (params: readonly unknown[]) => unknown

export interface ObservedRequest {
  readonly chain: string
  readonly method: string
  readonly params: readonly unknown[]
}

/** Where a supervisor in a process of its own finds its extension: a module whose `createExtension` is called with `argument`. */
export interface ExtensionSource {
  /** Absolute. */
  readonly module: string
  readonly argument: string
}

/** In the form of the methods that a gateway answers itself. */
export async function extensionMethods(
  extension: GatewayExtension,
  chain: ExtendedChain,
): Promise<OwnMethods> {
  const methods = Object.entries(await extension.methods(chain))
  return Object.fromEntries(
    methods.map(([name, method]) => [name, (params: readonly unknown[]) => callMethod(method, params)]),
  )
}

async function callMethod(method: ExtensionMethod, params: readonly unknown[]): Promise<unknown> {
  try {
    return (await method(params)) ?? null
  } catch (cause) {
    throw asRpcError(cause)
  }
}

/** An error for callers comes from the project's copy of its class. */
function asRpcError(cause: unknown): unknown {
  const { name, code, message, data } = (cause ?? {}) as Partial<RpcError>
  if (name !== 'RpcError' || typeof code !== 'number' || typeof message !== 'string') return cause
  return new RpcError(code, message, data)
}
