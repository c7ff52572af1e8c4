/** From sending a transaction until its client has the receipt, one at a time on an idle network. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Hex } from '../src/primitives/bytes.ts'
import { createRpcClient, type RpcClient } from '../src/rpc/client.ts'
import { startBeaconNetwork } from './beacon-network.ts'
import { startAnvil } from './peer-node.ts'
import { quantile } from './statistics.ts'
import type { Table } from './table.ts'
import { Signer } from './workload.ts'

const TRANSACTIONS = 200
const WARM_UP = 20
const POLL_INTERVAL_MS = 1
/** Between transactions, so that the work which one leaves behind doesn't delay the next. */
const PAUSE_MS = 100

type Send = (rpc: RpcClient, raw: Hex) => Promise<void>

export async function measureLatency(): Promise<Table[]> {
  const rows: (string | number)[][] = []
  {
    await using network = await startBeaconNetwork()
    const { rpcUrl, chainId } = await network.createRollup('app')
    rows.push(...(await measure('rollup of 5 seats, soft-confirmed', rpcUrl, chainId)))
  }
  {
    await using node = await startAnvil()
    rows.push(...(await measure('anvil, mined', node.rpcUrl, node.chainId)))
  }
  return [
    {
      title: 'Latency from send to receipt',
      command: 'npm run bench -- latency',
      columns: ['', 'p50 ms', 'p99 ms', 'max ms'],
      rows,
      notes: [
        `${TRANSACTIONS} transfers one after another, ${PAUSE_MS} ms apart unless said otherwise, ${WARM_UP} before them uncounted`,
        "eth_sendRawTransactionSync unless said otherwise, through the gateway's HTTP address",
        'a receipt exists once two thirds of the committee have executed the block, made it durable and signed it final',
      ],
    },
  ]
}

async function measure(what: string, rpcUrl: string, chainId: number) {
  const rpc = createRpcClient(rpcUrl)
  try {
    return [
      row(what, await timesOf(rpc, chainId, sendSync, PAUSE_MS)),
      row(`${what}, back to back`, await timesOf(rpc, chainId, sendSync, 0)),
      row(`${what}, receipt polled for`, await timesOf(rpc, chainId, sendAndPoll, PAUSE_MS)),
    ]
  } finally {
    rpc.close()
  }
}

async function timesOf(rpc: RpcClient, chainId: number, send: Send, pauseMs: number): Promise<number[]> {
  const signer = await Signer.create(rpc, chainId, 0)
  const times: number[] = []
  for (let i = 0; i < WARM_UP + TRANSACTIONS; i++) {
    const raw = signer.transfer()
    const sentAt = performance.now()
    await send(rpc, raw)
    if (i >= WARM_UP) times.push(performance.now() - sentAt)
    if (pauseMs > 0) await delay(pauseMs)
  }
  return times
}

const sendSync: Send = async (rpc, raw) => {
  await rpc.request('eth_sendRawTransactionSync', [raw])
}

const sendAndPoll: Send = async (rpc, raw) => {
  const hash = await rpc.request('eth_sendRawTransaction', [raw])
  while ((await receiptOf(rpc, hash)) === null) {
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS))
  }
}

function receiptOf(rpc: RpcClient, hash: unknown): Promise<unknown> {
  return rpc.request('eth_getTransactionReceipt', [hash])
}

function row(label: string, times: readonly number[]): (string | number)[] {
  return [label, ...[0.5, 0.99, 1].map((fraction) => quantile(times, fraction).toFixed(1))]
}
