/** Logs and the refund, which go when the call that made them fails. */

import { allocate } from '../arena'
import { writeWord } from '../word/word'
import { remember } from './undo'

// @ts-ignore: decorator
@unmanaged
export class Log {
  next: usize
  /** 20 bytes. */
  address: usize
  /** 32 bytes each. */
  topics: usize
  topicCount: i32
  data: usize
  dataLength: i32
}

const LOG_BYTES = offsetof<Log>()
/** First and last log, their number, the refund. */
const totals = memory.data(24, 8)
const LAST_AT: usize = 4
const COUNT_AT: usize = 8
const REFUND_AT: usize = 16

export function forgetLogs(): void {
  memory.fill(totals, 0, 24)
}

export function firstLog(): Log | null {
  return changetype<Log | null>(<usize>load<u32>(totals))
}

export function logCount(): i32 {
  return load<i32>(totals, COUNT_AT)
}

export function refund(): i64 {
  return load<i64>(totals, REFUND_AT)
}

export function addRefund(gas: i64): void {
  remember(totals + REFUND_AT, 8)
  store<i64>(totals, refund() + gas, REFUND_AT)
}

/** `topics` words lie below `top`, the first one uppermost. */
export function addLog(address: usize, top: usize, topics: i32, data: usize, length: i32): Log {
  const log = changetype<Log>(allocate(LOG_BYTES))
  log.next = 0
  log.address = address
  log.topicCount = topics
  log.topics = allocate(<usize>topics * 32)
  for (let i: usize = 0; i < <usize>topics; i++) writeWord(log.topics + i * 32, top - (i + 1) * 32)
  log.data = allocate(<usize>length)
  log.dataLength = length
  memory.copy(log.data, data, <usize>length)
  remember(totals, 12)
  const last: usize = load<u32>(totals, LAST_AT)
  if (last == 0) store<u32>(totals, changetype<usize>(log))
  else changetype<Log>(last).next = changetype<usize>(log)
  store<u32>(totals, changetype<usize>(log), LAST_AT)
  store<i32>(totals, logCount() + 1, COUNT_AT)
  return log
}
