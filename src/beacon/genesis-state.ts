/** The state and the block at height 0, which follow from the genesis alone. */

import { type Block, createBlock, payloadRoot } from '../consensus/block.ts'
import { NO_BEACON_REFERENCE } from '../consensus/header.ts'
import { keccakHex, ZERO_HASH } from '../primitives/hash.ts'
import { beaconInstance, epoch, height, rollupId, view } from '../primitives/ids.ts'
import { genesisMix, genesisSeed, REVEAL_BYTES } from './election/seed.ts'
import { DRAW_LEAD_EPOCHS, FREEZE_LEAD_EPOCHS } from './epochs.ts'
import { type BeaconGenesis, genesisHash } from './genesis.ts'
import { computeAppHeader, encodeAppHeader, encodeBody } from './payload.ts'
import { register } from './staking/validator.ts'
import { firstSet } from './staking/validator-set.ts'
import { BeaconState } from './state.ts'
import { StateDraft, StateTrie } from './state-trie.ts'
import { storeDrawnCommittee } from './transition/draws.ts'
import { addValidator } from './transition/validators.ts'
import { splitCode } from './upgrade/code-parts.ts'
import type { Rollup } from './values.ts'

/** The changes that make the genesis state, and the block that commits to it. The genesis must have passed `checkGenesis`. */
export function computeGenesisState(genesis: BeaconGenesis): { draft: StateDraft; block: Block } {
  const draft = new StateDraft(StateTrie.empty)
  const state = new BeaconState(draft)
  state.setParams(genesis.params)
  const code = keccakHex(genesis.runtime)
  state.setPublishedCode(code, { bytes: genesis.runtime.length, isVerified: true })
  for (const [part, bytes] of splitCode(genesis.runtime).entries()) state.setCodePart(code, part, bytes)
  state.setRuntime(code)
  state.setMix(genesisMix(genesisHash(genesis)))
  state.setBurned(0n)
  for (const { address, balance } of genesis.accounts) state.setAccount(address, { nonce: 0, balance })
  state.setMinted(0n)
  registerValidators(state, genesis)
  for (let at = 0; at < DRAW_LEAD_EPOCHS; at++) {
    state.setSeed(epoch(at), genesisSeed(epoch(at), genesisHash(genesis)))
  }
  registerRollups(state, genesis)
  return { draft, block: genesisBlock(genesis, draft.finish().root) }
}

function registerValidators(state: BeaconState, { validators, params }: BeaconGenesis): void {
  state.setValidatorCount(validators.length)
  state.setCandidates([...validators.keys()])
  state.setAttendance({ countedUpTo: height(0), presences: [] })
  state.setConvictions([])
  for (const [index, validator] of validators.entries()) addValidator(state, index, register(validator))
  const set = firstSet(validators, params.minStake)!
  for (let at = 0; at < FREEZE_LEAD_EPOCHS; at++) state.setValidatorSet(epoch(at), set)
}

function registerRollups(state: BeaconState, { rollups }: BeaconGenesis): void {
  state.setRollupCount(rollups.length)
  state.setUndrawnRollups([])
  state.setAliveRollups(rollups.map((_, index) => rollupId(index + 1)))
  for (const [index, spec] of rollups.entries()) {
    const id = rollupId(index + 1)
    const rollup: Rollup = { id, spec, owner: null, registeredAt: height(0), isAlive: true }
    state.setRollup(rollup)
    for (let at = 0; at < DRAW_LEAD_EPOCHS; at++) {
      storeDrawnCommittee(state, rollup, epoch(at), state.seed(epoch(at))!)
    }
    state.setInstanceStatus({
      instance: { rollup: id, epoch: epoch(0), sub: 0 },
      genesis: null,
      closedAt: null,
    })
  }
}

function genesisBlock(genesis: BeaconGenesis, stateRoot: Block['header']['stateRoot']): Block {
  const empty = { attendance: [], evidence: [], records: [], actions: [] }
  const mix = genesisMix(genesisHash(genesis))
  const appHeader = encodeAppHeader(computeAppHeader(empty, [], mix, new Uint8Array(REVEAL_BYTES)))
  const header = {
    instance: beaconInstance(0),
    view: view(0),
    parentView: view(0),
    height: height(0),
    parent: ZERO_HASH,
    payloadRoot: payloadRoot(appHeader, []),
    stateRoot,
    time: genesis.time,
    proposer: 0,
    beaconRef: NO_BEACON_REFERENCE,
  }
  return createBlock({ header, appHeader, appBody: encodeBody(empty), justification: [] })
}
