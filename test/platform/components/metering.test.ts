import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  DEPTH_EXPORT,
  FUEL_EXPORT,
  type MeterLimits,
  meterModule,
} from '../../../src/platform/components/metering/meter-module.ts'
import { instanceOf, moduleOf } from '../../../src/platform/components/webassembly.ts'
import { parseText } from '../../beacon/upgrade/small-runtimes.ts'

const LIMITS: MeterLimits = { fuel: 100_000n, depth: 64 * 1024, memoryPages: 3 }

type Exported = Record<string, (...args: number[]) => number> & Record<string, { value: bigint | number }>

/** The module's exports, once as it is and once metered. */
function both(text: string): { plain: Exported; metered: Exported } {
  const code = parseText(text)
  return { plain: instantiate(code), metered: meter(text) }
}

function meter(text: string, limits = LIMITS): Exported {
  return instantiate(meterModule(parseText(text), limits))
}

function instantiate(code: Uint8Array): Exported {
  return instanceOf(moduleOf(code), {}).exports as Exported
}

const spent = (exports: Exported) => LIMITS.fuel - (exports[FUEL_EXPORT]!.value as unknown as bigint)

test('a metered function does what it did: branches, loops, early returns, calls, tables', () => {
  const { plain, metered } = both(`(module
    (type $unary (func (param i32) (result i32)))
    (table funcref (elem $double $square))
    (func $double (type $unary) (i32.mul (local.get 0) (i32.const 2)))
    (func $square (type $unary) (i32.mul (local.get 0) (local.get 0)))
    (func (export "sum") (param $n i32) (result i32) (local $sum i32)
      (block $done (loop $again
        (br_if $done (i32.eqz (local.get $n)))
        (local.set $sum (i32.add (local.get $sum) (local.get $n)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again)))
      (local.get $sum))
    (func (export "early") (param i32) (result i32)
      (block (block (if (i32.gt_s (local.get 0) (i32.const 10)) (then (return (i32.const -1))))
        (br_table 0 1 (local.get 0))) (return (i32.const 7)))
      (i32.const 9))
    (func (export "outermost") (param i32) (result i32)
      (if (local.get 0) (then (br 1 (i32.const 5)))) (i32.const 6))
    (func (export "choose") (param i32 i32) (result i32)
      (call_indirect (type $unary) (local.get 1) (local.get 0)))
    (func $factorial (export "factorial") (param i32) (result i32)
      (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 1))
        (else (i32.mul (local.get 0) (call $factorial (i32.sub (local.get 0) (i32.const 1))))))))`)
  for (let n = 0; n < 20; n++) {
    for (const name of ['sum', 'early', 'outermost']) assert.equal(metered[name]!(n), plain[name]!(n))
    for (const which of [0, 1]) assert.equal(metered.choose!(which, n), plain.choose!(which, n))
    if (n < 10) assert.equal(metered.factorial!(n), plain.factorial!(n))
  }
})

test('what a call takes of the depth it gives back, however it is left', () => {
  const metered = meter(`(module
    (func $inner (param i32) (result i32) (if (local.get 0) (then (return (i32.const 1)))) (i32.const 2))
    (func (export "call") (param i32) (result i32) (call $inner (local.get 0))))`)
  for (let i = 0; i < 5000; i++) metered.call!(i % 2)
  assert.equal(metered[DEPTH_EXPORT]!.value, LIMITS.depth)
})

test('fuel is what was done, the same each time, and its end is a trap', () => {
  const loop = `(module (func (export "loop") (param i32)
    (loop (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if 0 (local.get 0)))))`
  const [a, b] = [meter(loop), meter(loop)]
  a.loop!(100)
  b.loop!(100)
  assert.equal(spent(a), spent(b))
  assert.ok(spent(a) > 300n && spent(a) < 1000n, `${spent(a)}`)
  assert.throws(() => a.loop!(1_000_000), WebAssembly.RuntimeError)
  assert.ok(spent(a) > LIMITS.fuel)
})

test('calls that go too deep trap long before the machine’s stack ends', () => {
  const metered = meter('(module (func $deeper (export "deeper") (param i32) (call $deeper (local.get 0))))')
  assert.throws(() => metered.deeper!(0), WebAssembly.RuntimeError)
  const tail = meter(
    '(module (func $deeper (export "deeper") (param i32) (return_call $deeper (local.get 0))))',
  )
  assert.throws(() => tail.deeper!(0), WebAssembly.RuntimeError)
})

test('memory and tables grow no further than the limits, and moving much costs much', () => {
  const metered = meter(`(module (memory 1)
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "fill") (param i32) (memory.fill (i32.const 0) (i32.const 1) (local.get 0))))`)
  assert.equal(metered.grow!(2), 1)
  assert.equal(metered.grow!(1), -1)
  const before = spent(metered)
  metered.fill!(64 * 1024)
  assert.ok(spent(metered) - before > 8000n)
  assert.throws(() => meter('(module (memory 4))'), { name: 'ForbiddenModule' })
  assert.throws(() => meter('(module (table 70000 funcref))'), { name: 'ForbiddenModule' })
})

test('a NaN has the same bits on every machine', () => {
  const metered = meter(`(module
    (func (export "f32") (param f32 f32) (result i32) (i32.reinterpret_f32 (f32.div (local.get 0) (local.get 1))))
    (func (export "f64") (param f64 f64) (result i32)
      (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (f64.sub (local.get 0) (local.get 1))) (i64.const 32))))
    (func (export "third") (result i32) (i32.reinterpret_f32 (f32.div (f32.const 1) (f32.const 3)))))`)
  assert.equal(metered.f32!(0, 0), 0x7fc00000)
  assert.equal(metered.f32!(-0, 0), 0x7fc00000)
  assert.equal(metered.f64!(Infinity, Infinity), 0x7ff80000)
  assert.equal(metered.third!(), 0x3eaaaaab)
})

describe('what machines may do differently is refused:', () => {
  const cases: readonly [string, string][] = [
    ['SIMD', '(module (func (drop (v128.const i32x4 0 0 0 0))))'],
    ['shared memory', '(module (memory 1 1 shared))'],
    ['atomic operations', '(module (memory 1 1) (func (drop (i32.atomic.load (i32.const 0)))))'],
    ['64-bit memory', '(module (memory i64 1))'],
    ['several memories', '(module (memory 1) (memory 1) (func (drop (i32.load 1 (i32.const 0)))))'],
    ['exceptions', '(module (tag) (func (throw 0)))'],
    ['several results', '(module (func (result i32 i32) (i32.const 1) (i32.const 2)))'],
    [
      'tables that grow',
      '(module (table 1 funcref) (func (drop (table.grow (ref.null func) (i32.const 1)))))',
    ],
  ]
  for (const [name, text] of cases) {
    test(name, () => {
      assert.throws(() => meter(text), { name: 'ForbiddenModule' })
    })
  }
})
