/** The process of a node that has joined a network, and what it says of itself. */

import { nodeProgram } from '../../devnet/installation.ts'
import { describeExit, type RunningProcess, startProcess } from '../../devnet/process.ts'
import { validatorReady } from '../../devnet/validator-node.ts'
import { BeaconError, defineError } from '../../errors/beacon-error.ts'
import type { NodeReport, PeerAddress, SeatReport } from '../../primitives/process-messages.ts'
import { createRpcClient, type RpcClient } from '../../rpc/client.ts'
import type { NodeFolder } from './node-folder.ts'

export const NODE_ENDED = defineError<{ logFile: string; reason: string }>({
  code: 'C334',
  name: 'NODE_ENDED',
  kind: 'environment',
  message: ({ reason }) => `the node has ended: ${reason}`,
  hint: ({ logFile }) => `see ${logFile}; started again, it goes on where it was`,
})

export interface JoinedNode {
  readonly peer: PeerAddress
  readonly rpcUrl: string
  readonly rpc: RpcClient
  /** Rejects with the reason once it has ended without having been stopped. */
  readonly ended: Promise<never>
  stop(): Promise<void>
}

export interface JoinedNodeListener {
  onSeat(report: SeatReport): void
  /** Told before the node is ready, if it has begun with a snapshot. */
  onSnapshot(height: number): void
  /** Resolves when the user doesn't want it any more. */
  readonly stopped: Promise<void>
}

/** A snapshot may be large and the way to it slow. A node that can't get one goes on without long before. */
const SNAPSHOT_MS = 600_000

/** Resolves when it listens, which is before it has caught up, but with a snapshot if it begins with one; to null if it is `stopped` before. */
export async function startJoinedNode(
  { configFile, logFile }: NodeFolder,
  timeoutMs: number,
  { onSeat, onSnapshot, stopped }: JoinedNodeListener,
): Promise<JoinedNode | null> {
  const { command, args } = nodeProgram('validator')
  const running = await startProcess({
    name: 'the node',
    command,
    args: [...args, '--config', configFile],
    logFile,
    ipc: true,
  })
  running.onMessage((message) => {
    const report = message as NodeReport
    if (report.type === 'seat') onSeat(report)
    else if (report.type === 'synced') onSnapshot(report.snapshotHeight)
  })
  const ended = failureOf(running)
  // Whoever waits for something else is told there.
  ended.catch(() => {})
  const isReady = validatorReady(running, timeoutMs + SNAPSHOT_MS)
  const ready = await Promise.race([isReady, stopped.then(() => null)]).catch(async (cause) => {
    await running.stop()
    throw cause
  })
  if (ready === null) {
    isReady.catch(() => {})
    await running.stop()
    return null
  }
  const { peer, rpcUrl } = ready
  const rpc = createRpcClient(rpcUrl, { timeoutMs })
  return {
    peer,
    rpcUrl,
    rpc,
    ended,
    async stop() {
      rpc.close()
      await running.stop()
    },
  }
}

async function failureOf(running: RunningProcess): Promise<never> {
  let failure: BeaconError | null = null
  running.onMessage((message) => {
    const report = message as NodeReport
    if (report.type === 'failed') failure = new BeaconError({ ...report, kind: 'environment' })
  })
  const exit = await running.exited
  throw failure ?? NODE_ENDED({ logFile: running.logFile, reason: describeExit(exit) })
}
