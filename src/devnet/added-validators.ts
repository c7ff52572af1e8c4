/** Validators that were added to a devnet since its genesis: asked for at the control socket, and kept in config.json. */

import * as z from 'zod'
import { DEVNET_VALIDATORS_MAX } from '../config/limits.ts'
import { defineError } from '../errors/beacon-error.ts'
import { CONTROL_REQUEST_INVALID } from './control-socket.ts'
import { type DevnetFolder, readJsonFile, writeJsonFile } from './folder.ts'
import { type AddedValidator, addedValidatorSchema, parseOptions } from './options.ts'
import { type PlannedValidator, planValidators } from './plan.ts'

export const TOO_MANY_ADDED = defineError<{ validators: number }>({
  code: 'D511',
  name: 'TOO_MANY_ADDED',
  kind: 'user',
  message: ({ validators }) => `the devnet has ${validators} validators, and can't have more`,
  hint: () => 'run further ones with `beacon validator join`, on this machine or another',
})

/** Throws CONTROL_REQUEST_INVALID. */
export function readAddedValidator(params: unknown): AddedValidator {
  const parsed = addedValidatorSchema.safeParse(params)
  if (parsed.success) return parsed.data
  throw CONTROL_REQUEST_INVALID({ reason: z.prettifyError(parsed.error) })
}

/** Throws TOO_MANY_ADDED. */
export function checkRoom(validators: number): void {
  if (validators >= DEVNET_VALIDATORS_MAX) throw TOO_MANY_ADDED({ validators })
}

export function keepAddedValidator({ configFile }: DevnetFolder, added: AddedValidator): void {
  const options = parseOptions(configFile, readJsonFile(configFile))
  writeJsonFile(configFile, { ...options, added: [...options.added, added] })
}

/** Those that the devnet has according to its files. */
export function storedValidators({ configFile }: DevnetFolder): readonly PlannedValidator[] {
  return planValidators(parseOptions(configFile, readJsonFile(configFile)))
}
