/** The public entry `beaconlayer/testing`: a real network for a test file. Re-exports only. */

export type { Trace, TraceStep } from '../cli/trace.ts'
export type { Endpoints } from '../devnet/endpoints.ts'
export type { ProcessStatus } from '../devnet/process-table.ts'
export { BeaconError } from '../errors/beacon-error.ts'
export { RUNGS, type Rung } from '../primitives/ladder.ts'
export { assertReaches, assertSoftConfirmed } from './assert.ts'
export type { RpcRequest, TestAccount, TestChain, ViemChain } from './chain.ts'
export { type AttachOptions, attachDevnet, createDevnet, type DevnetOptions } from './create-devnet.ts'
export type { RollupOptions, TestBeacon, TestDevnet } from './devnet.ts'
export type { Seat, TestRollup } from './rollup.ts'
export type { TransactionLike, WaitOptions } from './wait.ts'
