import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fundAccounts } from '../../src/settlement/funding.ts'
import { createL1Account } from '../../src/settlement/l1-transaction.ts'
import { AnvilProcess } from './anvil-process.ts'

const DEADLINE_MS = 20_000
const ETHER = 10n ** 18n

test('accounts are topped up by the payer, and not again while they have enough', async () => {
  await using anvil = await AnvilProcess.start()
  const payer = await anvil.account(1)
  const posters = [2, 3].map((seed) => createL1Account(new Uint8Array(32).fill(seed)).address)

  await fundAccounts(anvil.client, payer, posters, ETHER, DEADLINE_MS)
  for (const poster of posters) assert.equal(await anvil.client.balance(poster), ETHER)
  assert.equal(await anvil.client.transactionCount(payer.address, 'latest'), 2)

  await fundAccounts(anvil.client, payer, posters, ETHER, DEADLINE_MS)
  assert.equal(await anvil.client.transactionCount(payer.address, 'latest'), 2)
})
