/** `beacon run deploy ARTIFACT`: of a contract that Hardhat or Foundry compiled. A dev account pays, which the rollup's nodes sign for. */

import { findTransaction, RUNG_NOT_REACHED, waitForRung } from '../cli/find-transaction.ts'
import { ROLLUP_UNKNOWN } from '../cli/network.ts'
import { DEV_ACCOUNTS } from '../devnet/dev-accounts.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { TaskContext } from '../plugin/context.ts'
import type { Hex } from '../primitives/bytes.ts'
import type { Rung } from '../primitives/ladder.ts'
import { encodeDeployment, readArtifact } from './artifact.ts'

interface Args {
  readonly artifact: string
  readonly args: readonly string[]
  readonly rollup: string | undefined
  readonly account: number
  /** Wei. */
  readonly value: bigint
  readonly until: Rung
}

export const ACCOUNT_UNKNOWN = defineError<{ account: number; count: number }>({
  code: 'X303',
  name: 'ACCOUNT_UNKNOWN',
  kind: 'user',
  message: ({ account }) => `there is no dev account ${account}`,
  hint: ({ count }) => `\`beacon accounts\` lists them: 0 to ${count - 1}`,
})

export const DEPLOYMENT_REVERTED = defineError<{ transaction: Hex }>({
  code: 'X304',
  name: 'DEPLOYMENT_REVERTED',
  kind: 'check',
  message: ({ transaction }) => `the constructor reverted in ${transaction}`,
  hint: () => 'see what it requires of its arguments, its value and the state that it finds',
})

interface Receipt {
  readonly status: Hex
  readonly contractAddress: Hex
  readonly blockNumber: Hex
}

export default async function deploy(
  { artifact: file, args, rollup, account, value, until }: Args,
  context: TaskContext,
) {
  const from = DEV_ACCOUNTS[account]?.address
  if (from === undefined) throw ACCOUNT_UNKNOWN({ account, count: DEV_ACCOUNTS.length })
  const artifact = readArtifact(file)
  const data = await encodeDeployment(artifact, args)

  const { timeoutMs, print } = context
  const deadline = Date.now() + timeoutMs
  const network = await context.openNetwork()
  const name = rollup ?? network.endpoints.rollups[0]?.name
  if (name === undefined) throw ROLLUP_UNKNOWN({ name: 'app', known: [] })
  const { rpc } = network.rollup(name)
  const request = { from, data, value: `0x${value.toString(16)}` }
  const hash = (await rpc.request('eth_sendTransaction', [request])) as Hex
  context.note(`sent ${hash} to ${name}`)
  const found = await findTransaction(network, hash, name)
  const status = await waitForRung(found, until, deadline)
  if (status === null) throw RUNG_NOT_REACHED({ hash, rung: until, at: found.status.rung, timeoutMs })
  const receipt = (await rpc.request('eth_getTransactionReceipt', [hash])) as Receipt | null
  if (receipt?.status !== '0x1') throw DEPLOYMENT_REVERTED({ transaction: hash })
  const { contractAddress: address } = receipt
  print(`${artifact.name} is at ${address} on ${name}: ${hash} is ${status.rung}`)
  return {
    contract: artifact.name,
    address,
    rollup: name,
    transaction: hash,
    rung: status.rung,
    block: Number(receipt.blockNumber),
  }
}
