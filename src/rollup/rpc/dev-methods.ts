/**
 * evm_*, hardhat_* and anvil_*: what Hardhat's and Foundry's local nodes can be told, on rollups that are registered with `devMethods`. Each changes
 * what all replicas agree on, and so is an instruction that the committee orders; what can't be that is refused with the reason.
 */

import { bigintToBytes, toHex } from '../../primitives/bytes.ts'
import type { Methods } from '../../rpc/dispatch.ts'
import {
  invalidParams,
  optional,
  readAddress,
  readBoolean,
  readData,
  readHash,
  readLooseNumber,
  readNumber,
  readQuantity,
  readWord,
} from '../../rpc/params.ts'
import { RpcError, SERVER_ERROR } from '../../rpc/rpc-error.ts'
import type { RollupApplication } from '../application.ts'
import type { Instruction } from '../dev/instruction.ts'
import { isAutomining, readDevSettings } from '../dev/settings.ts'
import { quantity } from './format.ts'
import type { Instructions } from './instructions.ts'

/** Each is a block that the committee agrees on. */
const MINED_MAX = 256
const MINE: Instruction = { name: 'mine', values: [] }

type Method = Methods[string]

export function devMethods(
  { chain, spec }: RollupApplication,
  instructions: Instructions,
  clientVersion: string,
): Methods {
  const settings = () => readDevSettings(chain.head.state)!
  /** Orders what `read` makes of the parameters, and answers `answer`. */
  const ordering =
    (read: (params: readonly unknown[]) => Instruction, answer: unknown = true): Method =>
    async (params) => {
      await instructions.order([read(params)])
      return answer
    }

  const mine = async (count: number, interval: bigint | null) => {
    if (count > MINED_MAX)
      throw invalidParams('blocks', `at most ${MINED_MAX}: each is a block that the committee agrees on`)
    const blocks = Array.from({ length: count }, () => MINE)
    if (interval === null) return instructions.order(blocks)
    const before = settings().timestampInterval ?? 0n
    const pace = (seconds: bigint): Instruction => ({ name: 'setTimestampInterval', values: [seconds] })
    await instructions.order([pace(interval), ...blocks, pace(before)])
  }

  const mineSeveral: Method = async ([blocks, interval]) => {
    const count = optional(readLooseNumber)(blocks, 'blocks') ?? 1
    const seconds = optional(readLooseNumber)(interval, 'interval')
    await mine(count, seconds === undefined || count < 2 ? null : BigInt(seconds))
    return null
  }

  const snapshot: Method = () => quantity(chain.head.header.number)
  const revert = ordering(([id]) => ({ name: 'revertTo', values: [BigInt(readNumber(id, 'snapshot'))] }))
  const setNextTimestamp = ordering(([timestamp]) => ({
    name: 'setNextTimestamp',
    values: [BigInt(readLooseNumber(timestamp, 'timestamp'))],
  }))
  const setAutomine = ordering(([on]) => ({ name: 'setAutomine', values: [readBoolean(on, 'automine')] }))
  const setGasLimit = ordering(([limit]) => ({
    name: 'setGasLimit',
    values: [BigInt(readLooseNumber(limit, 'gasLimit'))],
  }))
  const increaseTime: Method = async ([seconds]) => {
    const by = BigInt(readLooseNumber(seconds, 'seconds'))
    await instructions.order([{ name: 'increaseTime', values: [by] }])
    return quantity(settings().timeOffset > 0n ? settings().timeOffset : 0n)
  }
  const impersonate = (isOn: boolean) =>
    ordering(([address]) => ({ name: 'setImpersonated', values: [readAddress(address, 'address'), isOn] }))
  const getAutomine = () => isAutomining(chain.head.state)
  const setBalance = ordering(([address, balance]) => ({
    name: 'setBalance',
    values: [readAddress(address, 'address'), readQuantity(balance, 'balance')],
  }))

  /** Known by the same name, with two prefixes. */
  const shared: Readonly<Record<string, Method>> = {
    mine: mineSeveral,
    setBalance,
    setNonce: ordering(([address, nonce]) => ({
      name: 'setNonce',
      values: [readAddress(address, 'address'), readQuantity(nonce, 'nonce')],
    })),
    setCode: ordering(([address, code]) => ({
      name: 'setCode',
      values: [readAddress(address, 'address'), readData(code, 'code')],
    })),
    setStorageAt: ordering(([address, slot, value]) => ({
      name: 'setStorageAt',
      values: [readAddress(address, 'address'), readWord(slot, 'slot'), readWord(value, 'value')],
    })),
    impersonateAccount: impersonate(true),
    stopImpersonatingAccount: impersonate(false),
    setNextBlockBaseFeePerGas: ordering(([fee]) => ({
      name: 'setNextBaseFee',
      values: [readQuantity(fee, 'baseFeePerGas')],
    })),
    setCoinbase: ordering(([address]) => ({
      name: 'setCoinbase',
      values: [readAddress(address, 'address')],
    })),
    setPrevRandao: ordering(([value]) => ({
      name: 'setNextPrevRandao',
      values: [readWord(value, 'prevRandao')],
    })),
    dropTransaction: ordering(([hash]) => ({
      name: 'dropTransaction',
      values: [readHash(hash, 'transaction')],
    })),
    reset: ordering(([options]) => {
      if (optional(Boolean)(options, 'options') && Object.keys(options as object).length > 0)
        throw invalidParams('options', 'none: a rollup is no fork of another chain')
      return { name: 'revertTo', values: [0n] }
    }, null),
    getAutomine,
    setLoggingEnabled: () => true,
    metadata: () => metadata(),
    dumpState: refused('save the whole network with `beacon devnet save`'),
    loadState: refused('start from a saved network with `beacon devnet load`'),
    setIntervalMining: refusedInterval(),
  }

  const metadata = () => {
    const { header, hash } = chain.head
    return {
      clientVersion,
      chainId: spec.chainId,
      instanceId: toHex(bigintToBytes(BigInt(spec.chainId), 32)),
      latestBlockNumber: header.number,
      latestBlockHash: hash,
    }
  }

  return {
    evm_mine: async ([options]) => {
      const timestamp = readMineTimestamp(options)
      const before: Instruction[] =
        timestamp === null ? [] : [{ name: 'setNextTimestamp', values: [BigInt(timestamp)] }]
      await instructions.order([...before, MINE])
      return '0x0'
    },
    evm_snapshot: snapshot,
    evm_revert: revert,
    evm_increaseTime: increaseTime,
    evm_setNextBlockTimestamp: setNextTimestamp,
    evm_setAutomine: setAutomine,
    evm_setBlockGasLimit: setGasLimit,
    evm_setIntervalMining: refusedInterval(),
    ...withPrefix('hardhat_', shared),
    ...withPrefix('anvil_', shared),
    anvil_snapshot: snapshot,
    anvil_revert: revert,
    anvil_increaseTime: increaseTime,
    anvil_setNextBlockTimestamp: setNextTimestamp,
    anvil_setAutomine: setAutomine,
    anvil_setBlockGasLimit: setGasLimit,
    anvil_setBlockTimestampInterval: ordering(
      ([seconds]) => ({
        name: 'setTimestampInterval',
        values: [BigInt(readLooseNumber(seconds, 'seconds'))],
      }),
      null,
    ),
    anvil_removeBlockTimestampInterval: ordering(() => ({ name: 'setTimestampInterval', values: [0n] })),
    anvil_autoImpersonateAccount: ordering(
      ([on]) => ({ name: 'setAutoImpersonate', values: [readBoolean(on, 'enabled')] }),
      null,
    ),
    anvil_nodeInfo: () => {
      const { header, hash } = chain.head
      return {
        currentBlockNumber: quantity(header.number),
        currentBlockTimestamp: header.timestamp,
        currentBlockHash: hash,
        hardFork: 'prague',
        transactionOrder: 'fees',
        environment: {
          baseFee: quantity(header.baseFeePerGas),
          chainId: spec.chainId,
          gasLimit: quantity(header.gasLimit),
          gasPrice: quantity(header.baseFeePerGas),
        },
        forkConfig: {},
      }
    },
  }
}

function withPrefix(prefix: string, methods: Readonly<Record<string, Method>>): Methods {
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [prefix + name, method]))
}

/** A number, or `{ timestamp }`; null: as time passes. */
function readMineTimestamp(options: unknown): number | null {
  const value =
    typeof options === 'object' && options !== null && 'timestamp' in options ? options.timestamp : options
  return optional(readLooseNumber)(value, 'timestamp') ?? null
}

function refused(wayOut: string): Method {
  return () => {
    throw new RpcError(
      SERVER_ERROR,
      `a committee runs this rollup, so that one node's state can't be set: ${wayOut}`,
    )
  }
}

function refusedInterval(): Method {
  return ([interval]) => {
    if (optional(readLooseNumber)(interval, 'interval') === 0) return true
    throw new RpcError(
      SERVER_ERROR,
      'the pace of blocks is part of a rollup: create one with `beacon rollup create --block-time`',
    )
  }
}
