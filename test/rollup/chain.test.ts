import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MemoryStore } from '../../src/platform/memory-store.ts'
import { EMPTY_ACCOUNT } from '../../src/rollup/state/account.ts'
import type { StateDiff } from '../../src/rollup/state/journal.ts'
import { stateOperations } from '../../src/rollup/state/state-store.ts'
import { createLocalRollup, DEV_ADDRESSES, mine } from './local-rollup.ts'

const ADDRESS = DEV_ADDRESSES[3]!
const SLOT = `0x${'00'.repeat(32)}` as const
const NOTHING: StateDiff = { accounts: new Map(), storage: new Map(), code: new Map() }

describe('a stored state', () => {
  async function storedBlocks(): Promise<MemoryStore> {
    const store = new MemoryStore()
    const local = await createLocalRollup({ store })
    await mine(local)
    await mine(local)
    return store
  }

  test('is taken up as it was left', async () => {
    const store = await storedBlocks()
    const { head } = (await createLocalRollup({ store })).application.chain
    assert.equal(head.header.number, 2)
    assert.equal(head.state.root, head.header.stateRoot)
  })

  const damages: readonly [string, Partial<StateDiff>][] = [
    ['lacks an account', { accounts: new Map([[ADDRESS, null]]) }],
    ['has another balance', { accounts: new Map([[ADDRESS, { ...EMPTY_ACCOUNT, balance: 1n }]]) }],
    ['has a slot too many', { storage: new Map([[ADDRESS, new Map([[SLOT, Uint8Array.of(1)]])]]) }],
  ]
  for (const [what, damage] of damages) {
    test(`is refused if it ${what}, for its root isn't the head's`, async () => {
      const store = await storedBlocks()
      await store.batch(stateOperations({ ...NOTHING, ...damage }))
      await assert.rejects(createLocalRollup({ store }), { code: 'R003' })
    })
  }
})
