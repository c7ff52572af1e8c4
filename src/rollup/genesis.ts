/**
 * A rollup's first block, which follows from its registration and the time of the Beacon block that drew its first committee: so every
 * seat computes the same one, and nobody has to send it.
 */

import { type Block, createBlock, payloadRoot } from '../consensus/block.ts'
import { NO_BEACON_REFERENCE } from '../consensus/header.ts'
import { fromHex, type Hex } from '../primitives/bytes.ts'
import { ZERO_HASH } from '../primitives/hash.ts'
import { epoch, height, type RollupId, view } from '../primitives/ids.ts'
import type { RollupSpec } from '../primitives/rollup-spec.ts'
import { encodeBody } from './body.ts'
import { allowDevMethods } from './dev/settings.ts'
import {
  EMPTY_TRIE_ROOT,
  type EthereumHeader,
  encodeEthereumHeader,
  ethereumHash,
  GENESIS_BASE_FEE,
} from './header.ts'
import { BLOOM_BYTES } from './receipt.ts'
import { StateJournal } from './state/journal.ts'
import { StateVersion } from './state/version.ts'
import { BEACON_ROOTS_ADDRESS, BEACON_ROOTS_CODE, HISTORY_ADDRESS, HISTORY_CODE } from './system-contracts.ts'

export interface Genesis {
  /** Parent of the first instance's first block. */
  readonly block: Block
  readonly header: EthereumHeader
  readonly hash: Hex
  readonly state: StateVersion
  readonly journal: StateJournal
}

/** `timeMs` is in Unix ms. */
export function createGenesis(spec: RollupSpec, rollup: RollupId, timeMs: number): Genesis {
  const before = StateVersion.empty()
  const journal = genesisJournal(spec, before)
  const state = before.derive(journal.diff())
  state.finalize()
  const header: EthereumHeader = {
    parentHash: ZERO_HASH,
    beneficiary: `0x${'00'.repeat(20)}`,
    stateRoot: state.root,
    transactionsRoot: EMPTY_TRIE_ROOT,
    receiptsRoot: EMPTY_TRIE_ROOT,
    logsBloom: new Uint8Array(BLOOM_BYTES),
    number: 0,
    gasLimit: spec.gasLimit,
    gasUsed: 0,
    timestamp: Math.floor(timeMs / 1000),
    prevRandao: ZERO_HASH,
    baseFeePerGas: GENESIS_BASE_FEE,
    parentBeaconBlockRoot: ZERO_HASH,
  }
  const appHeader = encodeEthereumHeader(header)
  const block = createBlock({
    header: {
      instance: { rollup, epoch: epoch(0), sub: 0 },
      view: view(0),
      parentView: view(0),
      height: height(0),
      parent: ZERO_HASH,
      payloadRoot: payloadRoot(appHeader, []),
      stateRoot: state.root,
      time: timeMs,
      proposer: 0,
      beaconRef: NO_BEACON_REFERENCE,
    },
    appHeader,
    appBody: encodeBody([]),
    justification: [],
  })
  return { block, header, hash: ethereumHash(appHeader), state, journal }
}

function genesisJournal(spec: RollupSpec, before: StateVersion): StateJournal {
  const journal = new StateJournal(before)
  for (const { address, balance } of spec.alloc) journal.addBalance(address, balance)
  journal.setCode(HISTORY_ADDRESS, fromHex(HISTORY_CODE))
  journal.setCode(BEACON_ROOTS_ADDRESS, fromHex(BEACON_ROOTS_CODE))
  // As if deployed: with nonce 1, so that nothing can be created over them.
  for (const address of [HISTORY_ADDRESS, BEACON_ROOTS_ADDRESS]) journal.updateAccount(address, { nonce: 1n })
  if (spec.devMethods) allowDevMethods(journal, spec.gasLimit)
  journal.endTransaction()
  return journal
}
