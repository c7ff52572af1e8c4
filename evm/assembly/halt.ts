/** How a call ends, and why if it does so exceptionally; the numbers go out to the host (src/rollup/vm/wasm/errors.ts). */

export const RETURNED: i32 = 0
export const REVERTED: i32 = 1
export const HALTED: i32 = 2
/** Not an end: the interpreter waits for a call that it has prepared. */
export const CALLS: i32 = 3

export const NO_ERROR: i32 = 0
export const OUT_OF_GAS: i32 = 1
export const STACK_UNDERFLOW: i32 = 2
export const STACK_OVERFLOW: i32 = 3
export const INVALID_OPCODE: i32 = 4
export const INVALID_JUMP: i32 = 5
export const OUT_OF_RANGE: i32 = 6
export const STATIC_STATE_CHANGE: i32 = 7
export const CREATE_COLLISION: i32 = 8
export const CODE_TOO_LARGE: i32 = 9
export const INVALID_CODE: i32 = 10
export const DEPOSIT_OUT_OF_GAS: i32 = 11
export const INSUFFICIENT_BALANCE: i32 = 12
export const PRECOMPILE_FAILED: i32 = 13
export const INITCODE_TOO_LARGE: i32 = 14
/** These two end no frame: only a tracer hears of them. */
export const CALL_TOO_DEEP: i32 = 15
export const NONCE_OVERFLOW: i32 = 16
