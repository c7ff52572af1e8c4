import assert from 'node:assert/strict'
import fc from 'fast-check'
import { concatBytes, type Hex, toHex, utf8 } from '../../src/primitives/bytes.ts'
import { keccak256 } from '../../src/primitives/hash.ts'
import { decodeInstruction, encodeInstruction } from '../../src/rollup/dev/instruction.ts'
import { encodeInstructionTransaction } from '../../src/rollup/dev/keyless.ts'
import { DEV_ADDRESS } from '../../src/rollup/dev/settings.ts'
import { encodeKeyless } from '../../src/rollup/sign-transaction.ts'
import { nonceOf } from '../../src/rollup/state/reader.ts'
import { CHAIN_ID, createLocalRollup, mine } from '../rollup/local-rollup.ts'
import { bytesOf, mutated } from './bytes.ts'
import { fuzz } from './support.ts'

const SIGNATURES = [
  'mine()',
  'setBalance(address,uint256)',
  'setNonce(address,uint256)',
  'setCode(address,bytes)',
  'setStorageAt(address,bytes32,bytes32)',
  'increaseTime(uint256)',
  'setNextTimestamp(uint256)',
  'setTimestampInterval(uint256)',
  'setNextBaseFee(uint256)',
  'setNextPrevRandao(bytes32)',
  'setCoinbase(address)',
  'setGasLimit(uint256)',
  'setAutomine(bool)',
  'setImpersonated(address,bool)',
  'setAutoImpersonate(bool)',
  'revertTo(uint256)',
  'dropTransaction(bytes32)',
]

const word = fc.oneof(
  fc.integer({ min: 0, max: 200 }).map((value) => new Uint8Array(32).fill(value, 31)),
  bytesOf(20).map((address) => concatBytes(new Uint8Array(12), address)),
  bytesOf(32),
)
/** Calls that are right, or nearly. */
const calls = fc
  .tuple(fc.constantFrom(...SIGNATURES), fc.array(word, { maxLength: 5 }))
  .map(([signature, words]) => concatBytes(keccak256(utf8(signature)).subarray(0, 4), ...words))

fuzz(
  'an instruction has one encoding, and nothing else is one',
  20_000,
  fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), calls, mutated(calls)), (data) => {
    const instruction = decodeInstruction(data)
    if (instruction !== null) assert.equal(toHex(encodeInstruction(instruction)), toHex(data))
  }),
)

fuzz(
  'whatever anybody makes of instructions, blocks go on and another replica agrees',
  60,
  fc.asyncProperty(fc.array(calls, { minLength: 1, maxLength: 12 }), async (sent) => {
    const spec = { devMethods: true }
    const leader = await createLocalRollup({ spec })
    const follower = await createLocalRollup({ spec })
    let parent = follower.application.genesis
    for (const data of sent) {
      const { chain } = leader.application
      leader.application.submit(instructionOf(data, nonceOf(chain.head.state, DEV_ADDRESS)))
      const block = await mine(leader)
      assert.equal(await follower.application.verify(block, parent), true)
      const { certificate } = chain.store.certifiedFrom(block.header.height)!
      await follower.application.commit([block], certificate)
      parent = block
    }
    assert.equal(follower.application.chain.head.hash, leader.application.chain.head.hash)
  }),
)

function instructionOf(data: Uint8Array, nonce: number): Uint8Array {
  const instruction = decodeInstruction(data)
  if (instruction !== null) return encodeInstructionTransaction(instruction, nonce, CHAIN_ID)
  const free = { gasLimit: 0, value: 0n, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n, accessList: [] }
  return encodeKeyless({ ...free, nonce, to: DEV_ADDRESS as Hex, data }, DEV_ADDRESS, CHAIN_ID)
}
