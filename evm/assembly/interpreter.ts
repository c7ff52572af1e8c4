/** Runs a frame's code until it ends or calls. Program counter, top of the stack and gas are locals here, and in the frame whenever it waits. */

import { isDestination, prepareJumps } from './code'
import { copyPart } from './bytes'
import { beginCall, beginCreation, CONTINUES } from './calls'
import { environment } from './environment'
import { accountOf, codeOfFrame, Frame, pointerTo, reserve, reserveAt } from './frame'
import { EXP_BYTE } from './gas'
import {
  INVALID_JUMP,
  INVALID_OPCODE,
  NO_ERROR,
  OUT_OF_GAS,
  RETURNED,
  REVERTED,
  STACK_OVERFLOW,
  STACK_UNDERFLOW,
} from './halt'
import { getBlockHash } from './host'
import { balance, codeHash, codeSize, copyCode } from './opcodes/accounts'
import { copyReturned, copyToMemory, copyWithin, hashMemory, log } from './opcodes/copies'
import { destroy } from './opcodes/destroy'
import * as storage from './opcodes/storage'
import { gasOf, leastOf, mostOf, NO_OPCODE } from './opcodes/table'
import { failure, halt, setOutput } from './result'
import { addressOf, balanceOf } from './state/account'
import { traceStep } from './trace'
import { add, multiply, power, subtract } from './word/arithmetic'
import { byteAt, byteLength, leadingZeros, shiftLeft, shiftRight, shiftRightSigned, signExtend } from './word/bits'
import { addModulo, divide, divideSigned, modulo, moduloSigned, multiplyModulo } from './word/division'
import {
  areEqual,
  copyWord,
  isLess,
  isLessSigned,
  isZero,
  limb,
  readAddress,
  readWord,
  saturate,
  setLimb,
  setU64,
  writeWord,
} from './word/word'

const PUSHED_MAX: usize = 32
const swapped = memory.data(32, 8)
const immediate = memory.data(32, 8)

/** From where it stands. Gives how it ended, or CALLS. */
export function interpret(frame: Frame): i32 {
  const code = codeOfFrame(frame)
  prepareJumps(code)
  const bytes = code.bytes
  const stack = frame.stack
  let pc = frame.pc
  let top = frame.top
  let gas = frame.gas
  while (true) {
    // Behind the end there are zeros: STOP.
    const opcode = <i32>load<u8>(bytes + <usize>pc)
    if (TRACED) traceStep(frame, pc, opcode, top, gas)
    const price = gasOf(opcode)
    if (price == NO_OPCODE) return halt(INVALID_OPCODE)
    const used = top - stack
    if (used < leastOf(opcode)) return halt(STACK_UNDERFLOW)
    if (used > mostOf(opcode)) return halt(STACK_OVERFLOW)
    gas -= price
    if (gas < 0) return halt(OUT_OF_GAS)
    const a = top - 32
    const b = top - 64
    const c = top - 96
    switch (opcode) {
      case 0x00: {
        frame.gas = gas
        setOutput(0, 0)
        return RETURNED
      }
      case 0x01: {
        add(b, a, b)
        top = a
        break
      }
      case 0x02: {
        multiply(b, a, b)
        top = a
        break
      }
      case 0x03: {
        subtract(b, a, b)
        top = a
        break
      }
      case 0x04: {
        divide(b, a, b)
        top = a
        break
      }
      case 0x05: {
        divideSigned(b, a, b)
        top = a
        break
      }
      case 0x06: {
        modulo(b, a, b)
        top = a
        break
      }
      case 0x07: {
        moduloSigned(b, a, b)
        top = a
        break
      }
      case 0x08: {
        addModulo(c, a, b, c)
        top = b
        break
      }
      case 0x09: {
        multiplyModulo(c, a, b, c)
        top = b
        break
      }
      case 0x0a: {
        gas -= EXP_BYTE * <i64>byteLength(b)
        if (gas < 0) return halt(OUT_OF_GAS)
        power(b, a, b)
        top = a
        break
      }
      case 0x0b: {
        signExtend(b, b, a)
        top = a
        break
      }
      case 0x10: {
        setU64(b, u64(isLess(a, b)))
        top = a
        break
      }
      case 0x11: {
        setU64(b, u64(isLess(b, a)))
        top = a
        break
      }
      case 0x12: {
        setU64(b, u64(isLessSigned(a, b)))
        top = a
        break
      }
      case 0x13: {
        setU64(b, u64(isLessSigned(b, a)))
        top = a
        break
      }
      case 0x14: {
        setU64(b, u64(areEqual(a, b)))
        top = a
        break
      }
      case 0x15: {
        setU64(a, u64(isZero(a)))
        break
      }
      case 0x16: {
        for (let i = 0; i < 4; i++) setLimb(b, i, limb(a, i) & limb(b, i))
        top = a
        break
      }
      case 0x17: {
        for (let i = 0; i < 4; i++) setLimb(b, i, limb(a, i) | limb(b, i))
        top = a
        break
      }
      case 0x18: {
        for (let i = 0; i < 4; i++) setLimb(b, i, limb(a, i) ^ limb(b, i))
        top = a
        break
      }
      case 0x19: {
        for (let i = 0; i < 4; i++) setLimb(a, i, ~limb(a, i))
        break
      }
      case 0x1a: {
        byteAt(b, b, a)
        top = a
        break
      }
      case 0x1b: {
        shiftLeft(b, b, a)
        top = a
        break
      }
      case 0x1c: {
        shiftRight(b, b, a)
        top = a
        break
      }
      case 0x1d: {
        shiftRightSigned(b, b, a)
        top = a
        break
      }
      case 0x1e: {
        leadingZeros(a, a)
        break
      }
      case 0x20: {
        gas = hashMemory(frame, top, gas)
        top = a
        break
      }
      case 0x30: {
        readAddress(top, addressOf(accountOf(frame)))
        top += 32
        break
      }
      case 0x31: {
        gas = balance(top, gas)
        break
      }
      case 0x32: {
        readAddress(top, environment.origin)
        top += 32
        break
      }
      case 0x33: {
        readAddress(top, frame.caller)
        top += 32
        break
      }
      case 0x34: {
        copyWord(top, frame.value)
        top += 32
        break
      }
      case 0x35: {
        copyPart(immediate, 32, frame.input, frame.inputLength, saturate(a))
        readWord(a, immediate)
        break
      }
      case 0x36: {
        setU64(top, <u64>frame.inputLength)
        top += 32
        break
      }
      case 0x37: {
        gas = copyToMemory(frame, top, frame.input, frame.inputLength, gas)
        top = c
        break
      }
      case 0x38: {
        setU64(top, <u64>code.length)
        top += 32
        break
      }
      case 0x39: {
        gas = copyToMemory(frame, top, bytes, code.length, gas)
        top = c
        break
      }
      case 0x3a: {
        readWord(top, environment.gasPrice)
        top += 32
        break
      }
      case 0x3b: {
        gas = codeSize(top, gas)
        break
      }
      case 0x3c: {
        gas = copyCode(frame, top, gas)
        top -= 128
        break
      }
      case 0x3d: {
        setU64(top, <u64>frame.returnedLength)
        top += 32
        break
      }
      case 0x3e: {
        gas = copyReturned(frame, top, gas)
        top = c
        break
      }
      case 0x3f: {
        gas = codeHash(top, gas)
        break
      }
      case 0x40: {
        const number = saturate(a)
        const isRecent = <u64>number < environment.number && environment.number - <u64>number <= 256
        if (isRecent) readWord(a, getBlockHash(<u64>number))
        else setU64(a, 0)
        break
      }
      case 0x41: {
        readAddress(top, environment.beneficiary)
        top += 32
        break
      }
      case 0x42: {
        setU64(top, environment.timestamp)
        top += 32
        break
      }
      case 0x43: {
        setU64(top, environment.number)
        top += 32
        break
      }
      case 0x44: {
        readWord(top, environment.prevRandao)
        top += 32
        break
      }
      case 0x45: {
        setU64(top, environment.gasLimit)
        top += 32
        break
      }
      case 0x46: {
        setU64(top, environment.chainId)
        top += 32
        break
      }
      case 0x47: {
        copyWord(top, balanceOf(accountOf(frame)))
        top += 32
        break
      }
      case 0x48: {
        readWord(top, environment.baseFee)
        top += 32
        break
      }
      case 0x49: {
        const index = saturate(a)
        if (index < <i64>environment.blobCount) readWord(a, environment.blobHashes + <usize>index * 32)
        else setU64(a, 0)
        break
      }
      case 0x4a: {
        readWord(top, environment.blobBaseFee)
        top += 32
        break
      }
      case 0x50: {
        top = a
        break
      }
      case 0x51: {
        gas = reserveAt(frame, a, 32, gas)
        if (gas >= 0) readWord(a, pointerTo(frame, a))
        break
      }
      case 0x52: {
        gas = reserveAt(frame, a, 32, gas)
        if (gas >= 0) writeWord(pointerTo(frame, a), b)
        top = b
        break
      }
      case 0x53: {
        gas = reserveAt(frame, a, 1, gas)
        if (gas >= 0) store<u8>(pointerTo(frame, a), load<u8>(b))
        top = b
        break
      }
      case 0x54: {
        gas = storage.load(frame, top, gas)
        break
      }
      case 0x55: {
        gas = storage.store(frame, top, gas)
        top = b
        break
      }
      case 0x56: {
        const to = saturate(a)
        if (!isDestination(code, to)) return halt(INVALID_JUMP)
        pc = <i32>to
        top = a
        continue
      }
      case 0x57: {
        top = b
        if (isZero(b)) break
        const to = saturate(a)
        if (!isDestination(code, to)) return halt(INVALID_JUMP)
        pc = <i32>to
        continue
      }
      case 0x58: {
        setU64(top, <u64>pc)
        top += 32
        break
      }
      case 0x59: {
        setU64(top, <u64>frame.memorySize)
        top += 32
        break
      }
      case 0x5a: {
        setU64(top, <u64>gas)
        top += 32
        break
      }
      case 0x5b: {
        break
      }
      case 0x5c: {
        storage.loadTransient(frame, top)
        break
      }
      case 0x5d: {
        gas = storage.storeTransient(frame, top, gas)
        top = b
        break
      }
      case 0x5e: {
        gas = copyWithin(frame, top, gas)
        top = c
        break
      }
      case 0x5f: {
        setU64(top, 0)
        top += 32
        break
      }
      case 0x60: {
        setU64(top, <u64>load<u8>(bytes + <usize>pc, 1))
        top += 32
        pc += 2
        continue
      }
      case 0xf0:
      case 0xf5: {
        frame.pc = pc + 1
        frame.top = top
        frame.gas = gas
        const exit = beginCreation(frame, opcode == 0xf5)
        if (exit != CONTINUES) return exit
        top = frame.top
        gas = frame.gas
        break
      }
      case 0xf1:
      case 0xf2:
      case 0xf4:
      case 0xfa: {
        frame.pc = pc + 1
        frame.top = top
        frame.gas = gas
        const exit = beginCall(frame, opcode)
        if (exit != CONTINUES) return exit
        top = frame.top
        gas = frame.gas
        break
      }
      case 0xf3:
      case 0xfd: {
        gas = reserve(frame, a, b, gas)
        if (gas < 0) return halt(OUT_OF_GAS)
        frame.gas = gas
        const length = <i32>saturate(b)
        setOutput(length == 0 ? 0 : pointerTo(frame, a), length)
        return opcode == 0xf3 ? RETURNED : REVERTED
      }
      case 0xff: {
        gas = destroy(frame, top, gas)
        if (gas < 0) return halt(failure == NO_ERROR ? OUT_OF_GAS : failure)
        frame.gas = gas
        setOutput(0, 0)
        return RETURNED
      }
      default: {
        if (opcode <= 0x7f) {
          const size = <usize>(opcode - 0x5f)
          memory.fill(immediate, 0, PUSHED_MAX - size)
          memory.copy(immediate + PUSHED_MAX - size, bytes + <usize>pc + 1, size)
          readWord(top, immediate)
          top += 32
          pc += 1 + <i32>size
          continue
        }
        if (opcode <= 0x8f) {
          copyWord(top, top - ((<usize>(opcode - 0x7f)) << 5))
          top += 32
        } else if (opcode <= 0x9f) {
          const other = a - ((<usize>(opcode - 0x8f)) << 5)
          copyWord(swapped, a)
          copyWord(a, other)
          copyWord(other, swapped)
        } else {
          const topics = opcode - 0xa0
          gas = log(frame, top, topics, gas)
          top -= (<usize>topics + 2) << 5
        }
      }
    }
    if (gas < 0) return halt(failure == NO_ERROR ? OUT_OF_GAS : failure)
    pc++
  }
}

