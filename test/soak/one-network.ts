/** One test file of the soak: starts a network, has a transaction confirmed, says so, and then disposes of it or waits to be killed. */

import { createDevnet } from '../../src/testing/create-devnet.ts'
import { portsOf } from './left-behind.ts'

await using devnet = await createDevnet({ rollups: [{ name: 'app' }] })
const sent = await devnet.rollup().signer().sendTransaction({ to: devnet.accounts[1]!.address, value: 1n })
const { latencyMs } = await devnet.waitFor(sent, 'soft', { timeoutMs: 60_000 })
console.log(JSON.stringify({ ports: portsOf(devnet.endpoints), latencyMs }))
if (process.argv[2] === 'wait') await new Promise((resolve) => setTimeout(resolve, 120_000))
