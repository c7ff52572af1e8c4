/** A supervisor in a process of its own, over stand-in validators, for tests that kill it. Writes a line when the network is up. */

import { join } from 'node:path'
import { Devnet } from '../../src/devnet/devnet.ts'

const program = {
  command: process.execPath,
  args: [join(import.meta.dirname, 'stand-in-validator.ts'), 'validator'],
}
await Devnet.start(JSON.parse(process.argv[2]!), { program, l1Key: null, onEvent: () => {} })
console.log('up')
