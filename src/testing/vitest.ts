/**
 * The public entry `beaconlayer/testing/vitest`: matchers, and their types for Vitest's `expect`. Never imports Vitest, so that Jest can use it.
 * @example
 * import { matchers } from 'beaconlayer/testing/vitest'
 * expect.extend(matchers)
 * await expect(sent).toBeSoftConfirmed()
 * await expect(sent).toReach('posted', { timeoutMs: 10_000 })
 */

import type { Rung } from '../primitives/ladder.ts'
import type { WaitOptions } from './wait.ts'

export { type MatcherResult, matchers, type Sent } from './matchers.ts'

export interface BeaconMatchers<Result = unknown> {
  toReach(rung: Rung, options?: WaitOptions): Promise<Result>
  toBeSoftConfirmed(options?: WaitOptions): Promise<Result>
}

// biome-ignore lint/suspicious/noTsIgnore: an expected error would be one for those who have Vitest
// @ts-ignore: Vitest is the user's to install; without it there is nothing to extend.
declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: must be as Vitest declares it
  interface Assertion<T = any> extends BeaconMatchers<T> {}
}
