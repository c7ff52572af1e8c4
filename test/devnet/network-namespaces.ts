/** Two machines, as far as a network can tell: network namespaces joined by a cable, each with an address of its own and nothing else. */

import { execFileSync } from 'node:child_process'

export interface Namespace {
  readonly address: string
  /** What a command is run by there. */
  readonly prefix: readonly string[]
}

/** From a range that is set aside for tests of networks (RFC 2544). */
const ADDRESSES = ['198.18.77.1', '198.18.77.2'] as const

/** Why there can be none here; null if there can. */
export function whyNoNamespaces(): string | null {
  const name = `beacon-try-${process.pid}`
  try {
    ip('netns', 'add', name)
    ip('netns', 'delete', name)
    return null
  } catch (cause) {
    return `network namespaces need root and iproute2: ${(cause as Error).message.split('\n')[0]}`
  }
}

export class NamespacePair implements Disposable {
  readonly here: Namespace
  readonly there: Namespace
  readonly #names: readonly string[]

  constructor() {
    const names = ['a', 'b'].map((end) => `beacon-${process.pid}-${end}`)
    this.#names = names
    const cables = ['a', 'b'].map((end) => `bcn${process.pid % 100_000}${end}`)
    ip('link', 'add', cables[0]!, 'type', 'veth', 'peer', 'name', cables[1]!)
    for (const [i, name] of names.entries()) {
      ip('netns', 'add', name)
      ip('link', 'set', cables[i]!, 'netns', name)
      ip('-n', name, 'address', 'add', `${ADDRESSES[i]}/30`, 'dev', cables[i]!)
      ip('-n', name, 'link', 'set', cables[i]!, 'up')
      ip('-n', name, 'link', 'set', 'lo', 'up')
    }
    const [here, there] = names.map(
      (name, i): Namespace => ({ address: ADDRESSES[i]!, prefix: ['ip', 'netns', 'exec', name] }),
    )
    this.here = here!
    this.there = there!
  }

  [Symbol.dispose](): void {
    for (const name of this.#names) ip('netns', 'delete', name)
  }
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
