/** A test process that starts the network of its project, tells where it is, and waits to be killed. */

import { createDevnet } from '../../src/testing/create-devnet.ts'

const devnet = await createDevnet({ config: 'default', rollups: [] })
const pids = (await devnet.processes()).map(({ pid }) => pid)
console.log(JSON.stringify({ dir: devnet.dir, pids: [devnet.endpoints.pid, ...pids] }))
setInterval(() => {}, 1_000)
