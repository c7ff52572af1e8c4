import fc from 'fast-check'
import { decodeApplied, decodeComposed } from '../../src/beacon/runtime/abi.ts'
import { METER_LIMITS } from '../../src/platform/components/metering/limits.ts'
import { meterModule } from '../../src/platform/components/metering/meter-module.ts'
import { moduleOf as compile } from '../../src/platform/components/webassembly.ts'
import { ByteWriter } from '../../src/primitives/codec.ts'
import { answer, moduleOf } from '../beacon/upgrade/small-runtimes.ts'
import { strange } from './bytes.ts'
import { decodedOrRefused, fuzz } from './support.ts'

const code = moduleOf(
  `(local $sum f64) (block $out (loop $again (local.set $sum (f64.div (local.get $sum) (f64.const 3)))
    (br_if $out (i32.eqz (local.get $length))) (memory.fill (i32.const 0) (i32.const 1) (local.get $length))
    (local.set $length (i32.sub (local.get $length) (i32.const 1))) (br $again))) ${answer(1, 2, 3)}`,
  { extra: '(table 2 funcref) (global (mut i32) (i32.const 5)) (data (i32.const 8) "data")' },
)

fuzz(
  'code that is metered can be compiled wherever it could before, or is refused with a reason',
  2_000,
  fc.property(strange(fc.constant(code)), (bytes) => {
    const metered = decodedOrRefused(
      (input) => meterModule(input, METER_LIMITS),
      bytes,
      (error) => (error as Error).name === 'ForbiddenModule',
    )
    if (metered !== null && isModule(bytes)) compile(metered)
  }),
)

/** Without receipts, with an event. */
const outcome = (start: ByteWriter) => {
  const event = new ByteWriter().u8(2).u32(7).finish()
  return start.u16(0).u32(1).bytes(event).finish()
}

fuzz(
  'what a runtime answers is an outcome, or no outcome at all',
  1_000,
  fc.property(
    fc.oneof(
      strange(fc.constant(outcome(new ByteWriter().u8(1)))),
      strange(fc.constant(outcome(new ByteWriter().u8(1).u16(1).u16(3).u16(0).u16(0).u16(0)))),
    ),
    (bytes) => {
      decodedOrRefused(decodeApplied, bytes)
      decodedOrRefused(decodeComposed, bytes)
    },
  ),
)

function isModule(bytes: Uint8Array): boolean {
  try {
    compile(bytes)
    return true
  } catch {
    return false
  }
}
