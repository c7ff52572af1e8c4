/**
 * Where a simulated network meets real programs: a real HTTP and WebSocket address for each chain, behind which the nodes are simulated. As
 * with a devnet's gateways, clients are served by one node as long as it lives, and then by another.
 */

import type { Logger } from '../platform/ports.ts'
import { systemRandom } from '../platform/system.ts'
import { createDispatch, type Methods, type RpcContext } from '../rpc/dispatch.ts'
import { METHOD_NOT_FOUND, RpcError, SERVER_ERROR } from '../rpc/rpc-error.ts'
import { DEFAULT_RPC_LIMITS, type RpcServer, serveRpc } from '../rpc/server.ts'
import type { Clockwork } from './clockwork.ts'

/** What answers for a chain at present; null if nobody does. */
export type Serving = () => Methods | null

/** How long a request waits for somebody to answer it, in simulated milliseconds. */
const HOLD_MS = 2_000

/** `chain` is for errors, as in "rollup app". */
export async function openEdge(
  chain: string,
  serving: Serving,
  clockwork: Clockwork,
  logger: Logger,
): Promise<RpcServer> {
  const ask = async (name: string, params: readonly unknown[], context: RpcContext) => {
    if (serving() === null) await clockwork.until(() => serving() !== null, HOLD_MS)
    const methods = serving()
    if (methods === null) throw new RpcError(SERVER_ERROR, `no node of ${chain} answers`)
    if (!Object.hasOwn(methods, name)) {
      throw new RpcError(METHOD_NOT_FOUND, `the method ${name} does not exist/is not available`)
    }
    return clockwork.perform(() => methods[name]!(params, context))
  }
  const closing = new AbortController()
  const dispatch = createDispatch(everyMethod(ask), DEFAULT_RPC_LIMITS, logger, closing.signal)
  const server = await serveRpc(dispatch, {}, { random: systemRandom, onError: () => {} })
  return {
    ...server,
    close: () => {
      closing.abort()
      return server.close()
    },
  }
}

/** Which methods there are is for the node to say that is asked. */
function everyMethod(
  ask: (name: string, params: readonly unknown[], context: RpcContext) => Promise<unknown>,
): Methods {
  return new Proxy<Methods>(
    {},
    {
      get: (_, name: string) => (params: readonly unknown[], context: RpcContext) =>
        ask(name, params, context),
      getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: ask }),
    },
  )
}
