import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  decodeSnapshotRequest,
  decodeSnapshotResponse,
  encodeSnapshotRequest,
  encodeSnapshotResponse,
  type SnapshotRequest,
  type SnapshotResponse,
} from '../../src/beacon/snapshot/messages.ts'
import { epoch, height, rollupId } from '../../src/primitives/ids.ts'
import { droppedBy, fetchFrom, honest, startOldChain } from '../beacon/snapshot/rig.ts'
import { mutated, strange } from './bytes.ts'
import { decodedOrRefused, fuzz } from './support.ts'

const { app } = await startOldChain()
const { asked } = await fetchFrom([honest(app)])
const answers = (await Promise.all(asked.map(honest(app)))) as SnapshotResponse[]

const request: fc.Arbitrary<SnapshotRequest> = fc.oneof(
  fc.constantFrom(...asked),
  fc.nat(0xffff_ffff).map((from) => ({ type: 'changes', from: epoch(from) }) as const),
  fc
    .tuple(fc.maxSafeNat(), fc.stringMatching(/^[!-~]{0,256}$/))
    .map(([at, after]) => ({ type: 'entries', at: height(at), after }) as const),
  fc
    .tuple(fc.maxSafeNat(), fc.maxSafeNat())
    .map(([id, at]) => ({ type: 'record', rollup: rollupId(id), at: height(at) }) as const),
)
const response = fc.constantFrom<SnapshotResponse>(...answers, { type: 'none' })

fuzz(
  'questions about a snapshot that are accepted are the one encoding of what they ask',
  2_000,
  fc.property(strange(request.map(encodeSnapshotRequest)), (bytes) => {
    const decoded = decodedOrRefused(decodeSnapshotRequest, bytes)
    if (decoded !== null) assert.deepEqual(encodeSnapshotRequest(decoded), bytes)
  }),
)

fuzz(
  'answers about a snapshot that are accepted are the one encoding of what they say',
  1_000,
  fc.property(strange(response.map(encodeSnapshotResponse)), (bytes) => {
    const decoded = decodedOrRefused(decodeSnapshotResponse, bytes)
    if (decoded !== null) assert.deepEqual(encodeSnapshotResponse(decoded), bytes)
  }),
)

fuzz(
  'a peer whose answers change on their way is dropped, or gives the same snapshot as the others',
  100,
  fc.asyncProperty(
    fc.nat(asked.length - 1),
    fc.infiniteStream(mutated(response.map(encodeSnapshotResponse))),
    async (nth, stream) => {
      let n = 0
      const outcome = await fetchFrom([
        async (question) => (n++ === nth ? stream.next().value : honest(app)(question)),
        honest(app),
      ])
      assert.equal(outcome.end.type, 'fetched')
      if (outcome.end.type !== 'fetched') return
      assert.equal(outcome.end.snapshot.block.digest, app.lastTerminal!.block.digest)
      assert.ok(droppedBy(outcome).length <= 1)
    },
  ),
)
