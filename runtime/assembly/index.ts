/** The component's exports, in the canonical ABI of ../beacon-runtime.wit. */

import { take } from './host'
import { ByteReader, ByteWriter } from './primitives/codec'
import { readNetwork } from './primitives/forks'
import { encodeReceipt } from './receipt'
import { applyBlock as apply, BlockInput, BlockOutcome, composeBlock as compose } from './transition'
import { BlockPosition } from './transition/context'

const ITEMS_MAX = 0xffff
/** Where a result's pointer and length are. */
const RESULT = memory.data(8, 4)
const POINTER_BYTES: usize = 4

/** Keeps the result until the node has read it. */
let held: Uint8Array = new Uint8Array(0)

export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  if (size == 0) return align
  return old == 0 ? heap.alloc(size) : heap.realloc(old, size)
}

export function applyBlock(pointer: usize, length: i32): usize {
  const outcome = apply(readInput(take(pointer, length)))
  const writer = new ByteWriter()
  const fault = outcome.fault
  if (fault !== null) return give(writer.u8(0).text(fault))
  return give(writeOutcome(writer.u8(1), outcome))
}

export function composeBlock(pointer: usize, length: i32): usize {
  const outcome = compose(readInput(take(pointer, length)))
  const writer = new ByteWriter()
  if (outcome.fault !== null) return give(writer.u8(0))
  writer.u8(1)
  writePlaces(writer, outcome.attendance)
  writePlaces(writer, outcome.evidence)
  writePlaces(writer, outcome.records)
  writePlaces(writer, outcome.actions)
  return give(writeOutcome(writer, outcome))
}

/** The node's own encoding; anything else is a defect of the node's. */
function readInput(bytes: Uint8Array): BlockInput {
  const reader = new ByteReader(bytes)
  const network = readNetwork(reader)
  const height = reader.u64()
  const view = reader.u64()
  const parent = reader.hex(32)
  const position = new BlockPosition(network, height, view, parent, reader.u16())
  const reveal = reader.bytes(i32.MAX_VALUE)
  const attendance = readItems(reader)
  const evidence = readItems(reader)
  const records = readItems(reader)
  const input = new BlockInput(position, reveal, attendance, evidence, records, readItems(reader))
  reader.end()
  if (reader.failed) unreachable()
  return input
}

function readItems(reader: ByteReader): Uint8Array[] {
  const items: Uint8Array[] = []
  const count = reader.count(ITEMS_MAX)
  for (let i = 0; i < count; i++) items.push(reader.bytes(i32.MAX_VALUE))
  return items
}

function writePlaces(writer: ByteWriter, places: i32[]): void {
  writer.u16(places.length)
  for (let i = 0; i < places.length; i++) writer.u16(places[i])
}

function writeOutcome(writer: ByteWriter, outcome: BlockOutcome): ByteWriter {
  writer.u16(outcome.receipts.length)
  for (let i = 0; i < outcome.receipts.length; i++) writer.bytes(encodeReceipt(outcome.receipts[i]))
  writer.u32(outcome.events.length)
  for (let i = 0; i < outcome.events.length; i++) writer.bytes(outcome.events[i])
  return writer
}

function give(writer: ByteWriter): usize {
  held = writer.finish()
  store<u32>(RESULT, held.dataStart)
  store<i32>(RESULT, held.length, POINTER_BYTES)
  return RESULT
}
