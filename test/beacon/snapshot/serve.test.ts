import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ANSWER_BYTES_MAX,
  ENTRIES_MAX,
  encodeSnapshotRequest,
  encodeSnapshotResponse,
} from '../../../src/beacon/snapshot/messages.ts'
import { answerSnapshotRequest } from '../../../src/beacon/snapshot/serve.ts'
import { type StateEntry, StateTrie } from '../../../src/beacon/state-trie.ts'
import { SERVED_BYTES_PER_SECOND, SnapshotServer } from '../../../src/nodes/snapshot-server.ts'
import { SimulatedTime } from '../../../src/platform/simulated/time.ts'
import { height } from '../../../src/primitives/ids.ts'
import { silent } from '../../nodes/rig.ts'
import { advanceTo, createGenesis, startNode } from '../fixture.ts'
import { peer } from './rig.ts'

const EPOCH_LENGTH = 6
const ACCOUNTS = 2 * ENTRIES_MAX
const accounts = Array.from({ length: ACCOUNTS }, (_, n) => ({
  address: `0x${n.toString(16).padStart(40, '0')}` as const,
  balance: 1n,
}))
const { app } = await startNode({ ...createGenesis({ params: { epochLength: EPOCH_LENGTH } }), accounts })
await advanceTo(app, EPOCH_LENGTH)

test('a large state is given in parts of bounded size, which make up the whole', async () => {
  const entries: StateEntry[] = []
  let parts = 0
  for (let after: string | null = ''; after !== null; parts++) {
    const part = await answerSnapshotRequest(app, { type: 'entries', at: height(EPOCH_LENGTH), after })
    assert.ok(part.type === 'entries')
    assert.ok(part.entries.length <= ENTRIES_MAX)
    assert.ok(encodeSnapshotResponse(part).length < 2 * ANSWER_BYTES_MAX)
    entries.push(...part.entries)
    after = part.next
  }
  assert.ok(parts > 2)
  assert.equal(StateTrie.empty.with(entries).root, app.head.header.stateRoot)
})

test('a state that is not held is not given', async () => {
  const asked = { type: 'entries', at: height(EPOCH_LENGTH + 1), after: '' } as const
  assert.deepEqual(await answerSnapshotRequest(app, asked), { type: 'none' })
})

test('however much peers ask, they are given only so much a second, each in its turn', async () => {
  const time = new SimulatedTime(1_000_000)
  const served = new Map<string, number>()
  let bytes = 0
  const server = new SnapshotServer({
    application: app,
    clock: time,
    timers: time,
    logger: silent,
    send: (to, response) => {
      served.set(to, (served.get(to) ?? 0) + 1)
      bytes += response.length
      ask(to)
    },
  })
  const question = encodeSnapshotRequest({ type: 'entries', at: height(EPOCH_LENGTH), after: '' })
  const ask = (from: `0x${string}`) => {
    time.awaitPromises()
    server.take(from, question)
  }
  for (let n = 0; n < 4; n++) for (let again = 0; again < 10; again++) ask(peer(n))
  const seconds = 0.5
  await time.run(time.now() + seconds * 1_000)
  // As much as for a second may come at once.
  assert.ok(bytes <= (seconds + 1) * SERVED_BYTES_PER_SECOND + 2 * ANSWER_BYTES_MAX)
  const counts = [...served.values()]
  assert.equal(counts.length, 4)
  assert.ok(Math.max(...counts) - Math.min(...counts) <= 2, counts.join(' '))
  server.stop()
})
