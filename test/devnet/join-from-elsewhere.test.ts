/** A node that joins from another machine: nothing of the devnet is in reach but the one address that its validators were told to listen on. */

import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { eventually } from '../faults/network.ts'
import { createHome } from './beacon-cli.ts'
import { JoinProcess } from './join-process.ts'
import { NamespacePair, whyNoNamespaces } from './network-namespaces.ts'

interface Endpoints {
  readonly beacon: { readonly validators: readonly { peer: string }[] }
  readonly accounts: readonly { privateKey: string }[]
}

interface Validators {
  readonly epoch: number
  readonly validators: readonly { index: number; status: string }[]
}

const LONG_MS = 120_000

describe('a node on another machine', { skip: whyNoNamespaces() ?? false, timeout: 4 * LONG_MS }, () => {
  let machines: NamespacePair
  let home: ReturnType<typeof createHome>
  let network: Endpoints
  let joined: JoinProcess
  const elsewhere = mkdtempSync(join(tmpdir(), 'beacon-elsewhere-'))

  const list = () => home.ok<Validators>('validator', 'list')

  before(async () => {
    machines = new NamespacePair()
    home = createHome({}, tmpdir(), machines.here.prefix)
    const size = ['--validators', '5', '--epoch-blocks', '8', '--rollup', 'app', '--ports', 'auto']
    network = await home.ok('devnet', 'up', '--detach', '--host', machines.here.address, ...size)
  })
  after(async () => {
    await joined?.stop()
    await home?.[Symbol.asyncDispose]()
    machines?.[Symbol.dispose]()
    rmSync(elsewhere, { recursive: true, force: true })
  })

  test('follows the network, registers and serves', async () => {
    const { address, prefix } = machines.there
    const genesisFile = join(elsewhere, 'genesis.json')
    cpSync(join(home.dir, 'default/genesis.json'), genesisFile)
    const { peer } = network.beacon.validators[0]!
    assert.match(peer, /@198\.18\.77\.1:/)
    const at = ['--peer', peer, '--host', address, '--port', '4100', '--data', join(elsewhere, 'node')]
    joined = new JoinProcess([...at, '--stake', '40000'], {
      genesisFile,
      privateKey: network.accounts[1]!.privateKey,
      prefix,
    })
    const { peer: own } = await joined.follows(LONG_MS)
    assert.match(own, /@198\.18\.77\.2:4100$/)
    await joined.says(/serves as validator 5/, LONG_MS)
    await joined.says(/has seat \d of rollup app/, LONG_MS)
  })

  test('needs the validator no more by which it came, since the others know it and it knows them', async () => {
    await home.ok('devnet', 'fault', 'kill', 'validator-0')
    const { epoch } = await list()
    // Of six, five have to vote now and then: without the one that joined, four would be too few for that.
    await eventually(async () => (await list()).epoch >= epoch + 3, LONG_MS)
    assert.equal((await list()).validators[5]!.status, 'active')
    const seats = joined.said.match(/has seat/g)!.length
    await eventually(async () => joined.said.match(/has seat/g)!.length > seats, LONG_MS)
  })
})
