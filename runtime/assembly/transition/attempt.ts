/** Writes that may still be taken back: an action that is refused halfway must change nothing. */

import * as host from '../host'

export class AttemptHost {
  private attempted: Map<string, Uint8Array> | null = null

  get(key: string): Uint8Array | null {
    const attempted = this.attempted
    if (attempted !== null && attempted.has(key)) return attempted.get(key)
    return host.get(key)
  }

  set(key: string, value: Uint8Array): void {
    const attempted = this.attempted
    if (attempted === null) host.set(key, value)
    else attempted.set(key, value)
  }

  /** What is written from now on may be taken back. */
  begin(): void {
    this.attempted = new Map<string, Uint8Array>()
  }

  /** It stays only if `isKept`. */
  end(isKept: bool): void {
    const attempted = this.attempted!
    this.attempted = null
    if (!isKept) return
    const keys = attempted.keys()
    for (let i = 0; i < keys.length; i++) host.set(keys[i], attempted.get(keys[i]))
  }
}
