/** Has validators of this devnet approve of a proposed runtime. */

import { Flags } from '@oclif/core'
import type { DevnetFolder } from '../../devnet/folder.ts'
import type { Hex } from '../../primitives/bytes.ts'
import { ACTION_REFUSED } from '../ask-action.ts'
import type { RuntimeAnswer } from '../beacon-answers.ts'
import type { Network } from '../network.ts'
import { sendAction } from '../send-action.ts'
import { KEY_VARIABLE, signingAccount } from '../signing-account.ts'

/** Only validators have a say. */
export const RUNTIME_FROM_FLAG = {
  from: Flags.string({
    summary: `the validator that asks (the key in ${KEY_VARIABLE}, or else validator-0)`,
    helpValue: 'validator-2',
  }),
}

/** Undefined: the environment's. */
export function defaultSigner(): string | undefined {
  return process.env[KEY_VARIABLE] === undefined ? 'validator-0' : undefined
}

/** Those that have not done so yet, all at once; returns which. Throws ACTION_REFUSED. */
export async function approveByAll(
  { beacon, endpoints }: Network,
  folder: DevnetFolder,
  code: Hex,
  timeoutMs: number,
): Promise<number[]> {
  const { proposal } = (await beacon.request('beacon_getRuntime')) as RuntimeAnswer
  const done = new Set(proposal?.approvals.map(({ validator }) => validator))
  const missing = endpoints.beacon.validators.map(({ index }) => index).filter((index) => !done.has(index))
  await Promise.all(
    missing.map(async (index) => {
      const { privateKey } = signingAccount(folder, `validator-${index}`)
      const { refusal } = await sendAction(beacon, { type: 'approveRuntime', code }, privateKey, timeoutMs)
      // One that doesn't serve at present has no say.
      if (refusal !== null && refusal !== 'NOT_A_VALIDATOR') throw ACTION_REFUSED({ refusal })
    }),
  )
  return missing
}
