import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { encodeDeployment, readArtifact } from '../../src/tasks/artifact.ts'

const tokenConstructor = {
  type: 'constructor',
  inputs: [
    { name: 'owner', type: 'address' },
    { name: 'open', type: 'bool' },
    { name: 'limits', type: 'uint256[]' },
  ],
}
const OWNER = `0x${'11'.repeat(20)}`

function artifact(t: TestContext, value: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'Token.json')
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))
  return file
}

test('reads what Hardhat writes and what Foundry writes', (t) => {
  const hardhat = artifact(t, { contractName: 'Coin', abi: [], bytecode: '0x6001' })
  assert.deepEqual(readArtifact(hardhat), { name: 'Coin', abi: [], bytecode: '0x6001' })
  const foundry = artifact(t, { abi: [], bytecode: { object: '0x6001', linkReferences: {} } })
  assert.deepEqual(readArtifact(foundry), { name: 'Token', abi: [], bytecode: '0x6001' })
})

test('says why a file cannot be deployed', (t) => {
  for (const [value, reason] of [
    ['{', /JSON/],
    [{ abi: [] }, /`abi` and `bytecode`/],
    [{ abi: [], bytecode: '0x' }, /abstract/],
    [{ abi: [], bytecode: '0x60__$aa$__' }, /linked/],
    [{ abi: [], bytecode: '0x6' }, /hexadecimal/],
  ] as const) {
    assert.throws(() => readArtifact(artifact(t, value)), { code: 'X305', message: reason })
  }
})

test("encodes the constructor's arguments after the code", async () => {
  const token = { name: 'Token', abi: [tokenConstructor], bytecode: '0x60' } as const
  const data = await encodeDeployment(token, [OWNER, 'true', '[1, 2]'])
  const words = data
    .slice('0x60'.length)
    .match(/.{64}/g)!
    .map((word) => BigInt(`0x${word}`))
  assert.deepEqual(words, [BigInt(OWNER), 1n, 96n, 2n, 1n, 2n])
})

test('quotes the constructor where arguments do not fit it', async () => {
  const token = { name: 'Token', abi: [tokenConstructor], bytecode: '0x60' } as const
  for (const args of [[], ['0x', 'true', '[]'], [OWNER, 'yes', '[]'], [OWNER, 'true', '[1']]) {
    await assert.rejects(encodeDeployment(token, args), {
      code: 'X306',
      message: /constructor\(address owner, bool open, uint256\[\] limits\)/,
    })
  }
})
