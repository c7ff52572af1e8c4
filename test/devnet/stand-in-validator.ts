/**
 * In place of a validator: reports over IPC and answers on a port as one does, without a chain. Its height counts requests. What it does
 * otherwise it is told by a file `behaviour` in its data folder's parent: exit, silence, deaf (to SIGTERM), busy (a loop that nothing ends).
 */

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import type { NodeCommand, NodeReport } from '../../src/primitives/process-messages.ts'

const config = JSON.parse(readFileSync(process.argv[4]!, 'utf8'))
const behaviourFile = join(dirname(config.dataDir), 'behaviour')
const behaviour = existsSync(behaviourFile) ? readFileSync(behaviourFile, 'utf8') : ''
const report = (message: NodeReport) => process.send?.(message)
let height = 0

process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => {
  if (behaviour !== 'deaf') process.exit(0)
})
process.on('SIGINT', () => {})
process.on('message', (message: NodeCommand) => {
  if (message.type === 'faults') {
    console.log(`faults ${JSON.stringify(message.faults)}`)
    report({ type: 'faultsSet' })
  }
  if (message.type !== 'peers') return
  console.log(`knows ${message.peers.length} peers`)
  if (behaviour === 'busy') for (;;);
})

if (behaviour === 'exit') {
  console.log('the disk is on fire')
  process.exit(7)
}
if (behaviour === 'fail')
  report({ type: 'failed', code: 'K123', name: 'ODD', message: 'it is odd', hint: 'even it' })

const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    const { id, method } = JSON.parse(body)
    height += 1
    const results: Record<string, unknown> = {
      beacon_getStatus: { height },
      beacon_getRollups: [{ name: 'app', blockTimeMs: 0, heartbeatMs: 1_000 }],
      eth_blockNumber: `0x${height.toString(16)}`,
      test_pid: process.pid,
    }
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: results[method] ?? null }))
  })
})

server.listen(0, '127.0.0.1', () => {
  if (behaviour === 'silence') return
  const rpcUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const publicKey = `0x${createHash('sha256').update(String(config.validator)).digest('hex')}` as const
  const peer = { publicKey, host: '127.0.0.1', port: 1 }
  report({ type: 'ready', validator: config.validator, peer, rpcUrl })
  const rollup = { id: 1, name: 'app', chainId: 7_700_001, vm: 'evm' as const }
  report({
    type: 'seat',
    validator: config.validator,
    rollup,
    epoch: 0,
    sub: 0,
    seat: config.validator,
    rpcUrl,
  })
})
