/** What a node has to know again after a crash, and does not. */

import type { Mutant } from '../mutant.ts'

export const DURABILITY: readonly Mutant[] = [
  {
    name: 'lost-log',
    breaks: 'the write-ahead log is empty after every restart',
    edits: [
      {
        file: 'src/consensus/wal-file.ts',
        find: 'return this.#log.recovered.map(decodeWalRecord)',
        replace: 'return this.#log.recovered.slice(0, 0).map(decodeWalRecord)',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 300, invariants: ['S3', 'S7', 'L1'] },
  },
  {
    name: 'forgotten-votes',
    breaks: 'own votes are not read back from the log',
    edits: [
      {
        file: 'src/consensus/recovery.ts',
        find: "if (record.type === 'vote') replayVote(state, record)",
        replace: "if (record.type === 'vote') continue",
      },
    ],
    caughtBy: { kind: 'engine', seeds: 100, invariants: ['S3', 'S7'] },
  },
  {
    name: 'send-before-persist',
    breaks: 'RULE P: messages leave before what they say is durable',
    edits: [
      {
        file: 'src/consensus/engine.ts',
        find: `    try {
      this.#wal?.write(records, this.#state)
    } catch (cause) {
      this.#fail('the log', cause)
      return
    }
    const encoded = new Map<Message, Uint8Array>()
    for (const effect of effects) this.#perform(effect, encoded)
`,
        // Who has crashed while sending writes nothing any more.
        replace: `    const encoded = new Map<Message, Uint8Array>()
    for (const effect of effects) this.#perform(effect, encoded)
    if (this.#phase !== 'running') return
    try {
      this.#wal?.write(records, this.#state)
    } catch (cause) {
      this.#fail('the log', cause)
      return
    }
`,
      },
    ],
    caughtBy: { kind: 'engine', seeds: 500, invariants: ['S3', 'S7'] },
  },
  {
    name: 'no-sync',
    breaks: 'votes are appended to the log but never synced',
    edits: [
      {
        file: 'src/consensus/wal-file.ts',
        find: "else if (records.some(({ type }) => type !== 'certificate')) this.#log.sync()",
        replace: '',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 300, invariants: ['S3', 'S7', 'L1'] },
  },
  {
    name: 'rewrite-drops-votes',
    breaks: 'shortening the log drops own votes',
    edits: [
      {
        file: 'src/consensus/recovery.ts',
        find: "    if (mine.N !== null) records.push({ type: 'vote', kind: 'N', view, digest: mine.N })\n    if (mine.X) records.push({ type: 'vote', kind: 'X', view, digest: ZERO_HASH })\n    if (mine.F !== null) records.push({ type: 'vote', kind: 'F', view, digest: mine.F })\n",
        replace: '',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 300, invariants: ['S3', 'S7'] },
  },
  {
    name: 'damaged-records',
    breaks: 'records of the log are read without comparing their checksums',
    edits: [
      {
        file: 'src/platform/record-frames.ts',
        find: '    if (crc32(record) !== bytes.readUInt32BE(end + 4)) break\n',
        replace: '',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 1000, invariants: ['S6', 'S3'] },
  },
  {
    name: 'votes-with-a-lost-log',
    breaks: 'RULE A: a node that lost its log votes all the same',
    edits: [
      {
        file: 'src/consensus/engine.ts',
        find: 'const signer = options.mayVote === false || options.seat < 0 ?',
        replace: 'const signer = options.seat < 0 ?',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 500, invariants: ['S3', 'S7'] },
  },
  {
    name: 'votes-not-recounted',
    breaks: 'own votes of before a restart count for nothing after it',
    edits: [
      {
        file: 'src/consensus/recovery.ts',
        find: '  if (mayVote(turn)) for (const round of [...state.rounds.values()]) recount(turn, round)\n',
        replace: '',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/consensus/step.test.ts',
      title: 'a vote cast before a crash counts after it, without being cast again',
    },
  },
  {
    name: 'no-resume',
    breaks: 'a restarted node enters the view after its last final block, not the one that it was in',
    edits: [
      {
        file: 'src/consensus/recovery.ts',
        find: '    view = Math.max(view, best !== null ? round.view + 1 : voted ? round.view : 0)\n',
        replace: '    view = Math.max(view, best === null && voted ? 0 : 0)\n',
      },
    ],
    caughtBy: { kind: 'engine', seeds: 2000, invariants: ['L1', 'L2'] },
  },
  {
    name: 'recovered-unsynced',
    breaks: 'a vote that a killed process had not synced yet is said again before it is',
    edits: [
      {
        file: 'src/platform/record-log.ts',
        find: '  fsyncSync(file)\n  syncFolder(path)\n  return',
        replace: '  return',
      },
    ],
    caughtBy: {
      kind: 'test',
      file: 'test/platform/record-log.test.ts',
      title: 'what a killed process left to the operating system is synced before it is given back',
    },
  },
]
