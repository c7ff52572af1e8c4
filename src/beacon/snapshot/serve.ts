/** Answers the questions of nodes that want to begin with a snapshot, from what this node has. Reads only; how often, its caller decides. */

import type { Height } from '../../primitives/ids.ts'
import type { BeaconApplication } from '../application.ts'
import type { StateKey } from '../keys.ts'
import type { StateEntry } from '../state-trie.ts'
import {
  ANSWER_BYTES_MAX,
  CHANGES_MAX,
  ENTRIES_MAX,
  type SnapshotRequest,
  type SnapshotResponse,
} from './messages.ts'
import type { ProvenChange } from './snapshot.ts'

const NONE: SnapshotResponse = { type: 'none' }

export async function answerSnapshotRequest(
  app: BeaconApplication,
  request: SnapshotRequest,
): Promise<SnapshotResponse> {
  switch (request.type) {
    case 'changes':
      return { type: 'changes', changes: await changesFrom(app, request.from) }
    case 'offer':
      return app.lastTerminal === null ? NONE : { type: 'offer', ...app.lastTerminal }
    case 'entries':
      return entriesOf(app, request.at, request.after)
    case 'block':
      return finalBlock(app, request.at)
    case 'record': {
      const position = app.chain.recordPosition(request.rollup, request.at)
      return position === null ? NONE : finalBlock(app, position.height)
    }
  }
}

async function changesFrom(
  { chain }: BeaconApplication,
  from: Parameters<BeaconApplication['chain']['setChanges']>[0],
): Promise<ProvenChange[]> {
  const proven: ProvenChange[] = []
  let bytes = 0
  for (const change of await chain.setChanges(from, CHANGES_MAX)) {
    const final = chain.finalHeader(change.height)
    if (final === null || bytes > ANSWER_BYTES_MAX) break
    proven.push({ change, final })
    // A header has 186 bytes.
    bytes += change.proof.nodes.reduce((sum, { length }) => sum + length, 186 * final.headers.length)
  }
  return proven
}

/** The store has the names, of all entries there are by now; the trie of that block, which ones there were, and their values. */
async function entriesOf(app: BeaconApplication, at: Height, after: StateKey): Promise<SnapshotResponse> {
  const trie = app.trieAt(at)
  if (trie === null) return NONE
  const entries: StateEntry[] = []
  let next: StateKey | null = null
  let looked = 0
  let bytes = 0
  for await (const name of app.chain.stateNames(after, ENTRIES_MAX)) {
    looked++
    const value = trie.get(name)
    if (value !== undefined) {
      entries.push([name, value])
      bytes += name.length + value.length
    }
    if (looked < ENTRIES_MAX && bytes <= ANSWER_BYTES_MAX) continue
    next = name
    break
  }
  return { type: 'entries', entries, next }
}

function finalBlock({ chain }: BeaconApplication, at: Height): SnapshotResponse {
  const block = chain.blockAt(at)
  const final = block === null ? null : chain.finalHeader(at)
  return block === null || final === null ? NONE : { type: 'block', block, final }
}
