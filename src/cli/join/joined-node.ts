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

/** Resolves when it listens, which is before it has found anybody. */
export async function startJoinedNode(
  { configFile, logFile }: NodeFolder,
  timeoutMs: number,
  onSeat: (report: SeatReport) => void,
): Promise<JoinedNode> {
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
  })
  const ended = failureOf(running)
  // Whoever waits for something else is told there.
  ended.catch(() => {})
  const { peer, rpcUrl } = await validatorReady(running, timeoutMs).catch(async (cause) => {
    await running.stop()
    throw cause
  })
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
