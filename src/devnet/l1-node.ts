/** The L1 of a devnet: an anvil of its own, or a chain that runs elsewhere. Both end up as a URL with the inbox on it. */

import { join } from 'node:path'
import { defineError } from '../errors/beacon-error.ts'
import { fromHex, type Hex } from '../primitives/bytes.ts'
import { createRpcClient } from '../rpc/client.ts'
import {
  type AnvilOptions,
  anvilCommand,
  fundOnAnvil,
  isAnvil,
  moveAnvilTime,
  PromptAnvilClient,
  parseListening,
  quietenAnvil,
} from '../settlement/anvil.ts'
import { mendStateFile } from '../settlement/anvil-state.ts'
import { deployInbox, type InboxDeployment } from '../settlement/deploy.ts'
import { fundAccounts, POSTER_BALANCE_WEI } from '../settlement/funding.ts'
import { L1Client } from '../settlement/l1-client.ts'
import { createL1Account } from '../settlement/l1-transaction.ts'
import { firstInLog } from './first-word.ts'
import { createNodeFolder, type DevnetFolder } from './folder.ts'
import { PORT_TAKEN } from './gateway/gateway.ts'
import { type RunningProcess, startProcess } from './process.ts'

export const L1_PROCESS = 'l1'

const POSTER_FUNDS_WEI = 1_000n * 10n ** 18n
const REQUEST_DEADLINE_MS = 10_000

export const L1_KEY_MISSING = defineError<{ rpcUrl: string }>({
  code: 'D505',
  name: 'L1_KEY_MISSING',
  kind: 'user',
  message: ({ rpcUrl }) => `the L1 at ${rpcUrl} is not anvil, so its gas must be paid for`,
  hint: () => 'set BEACON_L1_KEY to the private key of an account with funds there, or pass --l1 anvil',
})

export function spawnAnvil(folder: DevnetFolder, options: AnvilOptions): Promise<RunningProcess> {
  const stateFile = join(createNodeFolder(folder, L1_PROCESS), 'state.json')
  mendStateFile(stateFile)
  const { file, args } = anvilCommand({ ...options, stateFile })
  return startProcess({
    name: L1_PROCESS,
    command: file,
    args,
    logFile: folder.logFile(L1_PROCESS),
    ipc: false,
  })
}

/** Resolves to its URL once it listens. `port` is the one that it was told to take, for the error if it is taken. */
export async function anvilReady(running: RunningProcess, port: number, timeoutMs: number): Promise<string> {
  try {
    return await firstInLog(running, timeoutMs, findUrl)
  } catch (cause) {
    if (!/address already in use/i.test((cause as Error).message)) throw cause
    throw PORT_TAKEN({ what: 'the L1', port }, cause)
  }
}

/** Puts the inbox on the L1 and money into the posters' accounts, unless that was done before. Elsewhere than on anvil `payer` pays. */
export async function prepareL1(
  rpcUrl: string,
  deployment: InboxDeployment,
  accounts: { readonly payer: Hex | null; readonly posters: readonly Hex[] },
  timeoutMs: number,
): Promise<void> {
  const rpc = createRpcClient(rpcUrl, { timeoutMs: REQUEST_DEADLINE_MS })
  try {
    const onAnvil = await isAnvil(rpc)
    const client = onAnvil ? new PromptAnvilClient(rpc) : new L1Client(rpc)
    if (accounts.payer === null) throw L1_KEY_MISSING({ rpcUrl })
    const payer = createL1Account(fromHex(accounts.payer))
    if (onAnvil) {
      await quietenAnvil(rpc)
      await fundOnAnvil(rpc, accounts.posters, POSTER_FUNDS_WEI)
    } else await fundAccounts(client, payer, accounts.posters, POSTER_BALANCE_WEI, timeoutMs)
    await deployInbox(client, payer, deployment, timeoutMs)
  } finally {
    rpc.close()
  }
}

/** Makes a block that is so far before the clock, and lets the next ones follow it. */
export async function setAnvilTime(rpcUrl: string, aheadMs: number): Promise<void> {
  const rpc = createRpcClient(rpcUrl, { timeoutMs: REQUEST_DEADLINE_MS })
  try {
    await moveAnvilTime(rpc, aheadMs)
  } finally {
    rpc.close()
  }
}

function findUrl(log: string): string | undefined {
  for (const line of log.split('\n')) {
    const url = parseListening(line)
    if (url !== null) return url
  }
  return undefined
}
