/** How many transactions a second get receipts, and what each costs in CPU time over all processes of the network, beside anvil. */

import type { Hex } from '../src/primitives/bytes.ts'
import { createRpcClient, type RpcClient } from '../src/rpc/client.ts'
import { startBeaconNetwork } from './beacon-network.ts'
import { startAnvil } from './peer-node.ts'
import { type MeasuredProcess, totalCpuTimeMs } from './process-usage.ts'
import type { Table } from './table.ts'
import {
  createSigners,
  nonceReached,
  type Signer,
  tokenTransfers,
  transfers,
  type Workload,
} from './workload.ts'

const TRANSFERS = 4_000
const TOKEN_TRANSFERS = 2_000
const WARM_UP = 500
/** Raw transactions in one HTTP request. */
const BATCH = 50
/** With a block for each transaction, its default, anvil stalls under this load, and loses transactions that it has accepted. */
const ANVIL_OPTIONS = ['--block-time', '0.1', '--gas-limit', '1000000000']

interface Target {
  readonly name: string
  readonly chainId: number
  readonly rpcUrl: string
  readonly processes: readonly MeasuredProcess[]
}

export async function measureThroughput(): Promise<Table[]> {
  const rows: (string | number)[][] = []
  {
    await using node = await startAnvil(ANVIL_OPTIONS)
    rows.push(...(await measure({ ...node, name: 'anvil', processes: [node.process] })))
  }
  {
    await using network = await startBeaconNetwork()
    const rollup = await network.createRollup('app')
    const processes = await network.processes()
    rows.push(...(await measure({ ...rollup, name: 'rollup of 5 seats', processes })))
  }
  return [
    {
      title: 'Throughput and CPU time',
      command: 'npm run bench -- throughput',
      columns: ['', 'transactions', 'per second', 'CPU us each'],
      rows,
      notes: [
        `from 10 senders, signed beforehand, sent in JSON-RPC batches of ${BATCH} by one client on the same machine, until all have receipts`,
        `anvil with ${ANVIL_OPTIONS.join(' ')}: in its default mode it stalls under this load and loses accepted transactions`,
        'CPU time is that of all processes: of the L1, 7 validators and the gateway together, of which 5 validators execute every transaction',
      ],
    },
  ]
}

async function measure({ name, chainId, rpcUrl, processes }: Target) {
  const rpc = createRpcClient(rpcUrl, { timeoutMs: 30_000 })
  try {
    const signers = await createSigners(rpc, chainId)
    const run = async (workload: Workload) => {
      const cpuBefore = totalCpuTimeMs(processes)
      const startedAt = performance.now()
      await sendAll(rpcUrl, workload)
      await receiptsOf(rpc, signers)
      const seconds = (performance.now() - startedAt) / 1000
      const cpuMs = totalCpuTimeMs(processes) - cpuBefore
      const count = workload.transactions.reduce((sum, { length }) => sum + length, 0)
      return [
        `${name}: ${workload.name}`,
        count,
        Math.round(count / seconds),
        Math.round((cpuMs * 1000) / count),
      ]
    }
    await run(transfers(signers, WARM_UP))
    const plain = await run(transfers(signers, TRANSFERS))
    await run(await tokenTransfers(rpc, signers, WARM_UP))
    return [plain, await run(await tokenTransfers(rpc, signers, TOKEN_TRANSFERS))]
  } finally {
    rpc.close()
  }
}

/** One request at a time for each sender, so that nonces arrive in order. */
async function sendAll(rpcUrl: string, { transactions }: Workload): Promise<void> {
  await Promise.all(transactions.map((ofSender) => sendInOrder(rpcUrl, ofSender)))
}

async function sendInOrder(rpcUrl: string, transactions: readonly Hex[]): Promise<void> {
  for (let from = 0; from < transactions.length; from += BATCH) {
    const calls = transactions.slice(from, from + BATCH).map((raw, id) => ({
      jsonrpc: '2.0',
      id,
      method: 'eth_sendRawTransaction',
      params: [raw],
    }))
    const response = await fetch(rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(calls),
    })
    const answers = (await response.json()) as { error?: { message: string } }[]
    const refused = answers.find(({ error }) => error !== undefined)
    if (refused !== undefined) throw new Error(`a transaction was refused: ${refused.error!.message}`)
  }
}

async function receiptsOf(rpc: RpcClient, signers: readonly Signer[]): Promise<void> {
  await Promise.all(signers.map(({ address, nonce }) => nonceReached(rpc, address, nonce)))
}
