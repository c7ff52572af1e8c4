/** The runtime's twin as a component: a second runtime, in another language, that can take the place of the first. */

import { get, recoverAddress, set, verify, verifyAggregate } from 'beacon:runtime/host@0.1.0'
import { Buffer } from 'buffer'
import type { TransitionHost } from '../../../../src/beacon/host.ts'
import { twin } from '../../../../src/beacon/runtime/twin.ts'
import { bigintToBytes, concatBytes, toHex } from '../../../../src/primitives/bytes.ts'
import { decodeInput, encodeApplied, encodeComposed } from './abi.ts'

const host: TransitionHost = {
  get: (key) => get(Buffer.from(key, 'latin1')) ?? undefined,
  set: (key, value) => set(Buffer.from(key, 'latin1'), value),
  recoverAddress(hash, { r, s, yParity }) {
    const v = Uint8Array.of(27 + yParity)
    const account = recoverAddress(hash, concatBytes(bigintToBytes(r, 32), bigintToBytes(s, 32), v))
    return account === null ? null : toHex(account)
  },
  signatures: {
    verify,
    verifyAggregate: (keys, message, aggregate) => verifyAggregate(concatBytes(...keys), message, aggregate),
    aggregate: () => null,
  },
}

export const stf = {
  applyBlock: (input: Uint8Array) => encodeApplied(twin.applyBlock(host, decodeInput(input))),
  composeBlock: (input: Uint8Array) => encodeComposed(twin.composeBlock(host, decodeInput(input))),
}
