/** Pushed news over WebSocket: new heads come when they are confirmed (rung `soft`), so that none of them is ever taken back. */

import type { Methods, RpcContext } from '../../rpc/dispatch.ts'
import { invalidParams, optional, readBoolean } from '../../rpc/params.ts'
import type { SubscriptionSource } from '../../rpc/subscriptions.ts'
import type { RollupApplication } from '../application.ts'
import { confirmBlock } from '../confirm.ts'
import { confirmationToJson } from '../confirmation-json.ts'
import { pushUnavailable } from './errors.ts'
import { headerJson, pendingTransactionJson } from './format.ts'
import { matchingLogs, readLogQuery } from './log-query.ts'

type Params = readonly unknown[]

export function subscribeMethods(application: RollupApplication): Methods {
  const unsubscribe = ([id]: Params, { subscriptions }: RpcContext) => subscriptions?.close(id) ?? false
  const subscribe =
    (method: string, sourceOf: (application: RollupApplication, params: Params) => SubscriptionSource) =>
    (params: Params, { subscriptions }: RpcContext) => {
      if (subscriptions === null) throw pushUnavailable()
      return subscriptions.open(method, sourceOf(application, params))
    }
  return {
    eth_subscribe: subscribe('eth_subscription', ethereumSource),
    eth_unsubscribe: unsubscribe,
    soft_subscribe: subscribe('soft_subscription', softSource),
    soft_unsubscribe: unsubscribe,
  }
}

function ethereumSource(application: RollupApplication, [kind, option]: Params): SubscriptionSource {
  if (kind === 'newHeads') {
    return (notify) =>
      application.onFinal((blocks) => {
        for (const { header, hash } of blocks) notify(headerJson(header, hash))
      })
  }
  if (kind === 'logs') {
    const query = readLogQuery(option)
    return (notify) =>
      application.onFinal((blocks) => {
        for (const block of blocks) for (const log of matchingLogs(block, query)) notify(log)
      })
  }
  if (kind === 'newPendingTransactions') {
    const isFull = optional(readBoolean)(option, 'full') ?? false
    return (notify) =>
      application.mempool.onAdded((transaction) =>
        notify(isFull ? pendingTransactionJson(transaction) : transaction.hash),
      )
  }
  throw invalidParams('subscription', 'newHeads, logs or newPendingTransactions')
}

/** "confirmations": each final block's; "rungs": how the heads of the ladder move. */
function softSource(application: RollupApplication, [kind]: Params): SubscriptionSource {
  if (kind === 'confirmations') {
    return (notify) =>
      application.onFinal((blocks) => {
        for (const { header } of blocks) {
          const confirmation = confirmBlock(application.chain, application.spec.chainId, header.number)
          if (confirmation !== null) notify(confirmationToJson(confirmation))
        }
      })
  }
  if (kind === 'rungs') return (notify) => application.heads.onClimb(notify)
  throw invalidParams('subscription', 'confirmations or rungs')
}
