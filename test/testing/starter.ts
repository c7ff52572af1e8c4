/** A test process that starts a small network, tells where it is, and waits to be killed. */

import { createDevnet } from '../../src/testing/create-devnet.ts'

const devnet = await createDevnet({ validators: 5, rollups: [], l1: 'none' })
const pids = (await devnet.processes()).map(({ pid }) => pid)
console.log(JSON.stringify({ dir: devnet.dir, pids: [devnet.endpoints.pid, ...pids] }))
setInterval(() => {}, 1_000)
