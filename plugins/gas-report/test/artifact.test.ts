/** Artifacts of both layouts, and code that is theirs although it differs. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Artifact, readArtifact } from '../src/artifact.ts'
import { compareCreation, compareRuntime } from '../src/bytecode.ts'
import { methodOf, Names } from '../src/names.ts'
import { type Compiled, compile, foundryFile, hardhatFile, link } from './compiled.ts'

const LIBRARY = `0x${'ab'.repeat(20)}`
const contracts = compile()
const { Counter, Steps, Proxy: Forwarder } = contracts
const layouts: Record<string, (name: string, contract: Compiled) => Artifact> = {
  hardhat: (name, contract) => readArtifact(hardhatFile(name, contract), name)!,
  foundry: (name, contract) => readArtifact(foundryFile(contract), name)!,
}

/** As it is on a chain: linked, with its immutable. */
function deployed({ evm: { deployedBytecode } }: Compiled): string {
  let code = link(deployedBytecode, LIBRARY)
  for (const { start, length } of Object.values(deployedBytecode.immutableReferences ?? {}).flat()) {
    const at = 2 + start * 2
    code = code.slice(0, at) + '07'.padStart(length * 2, '0') + code.slice(at + length * 2)
  }
  return code
}

for (const [layout, read] of Object.entries(layouts)) {
  test(`${layout}: a contract is known by its code, linked and with its immutables`, () => {
    const artifact = read('Counter', Counter)
    assert.equal(artifact.name, 'Counter')
    assert.equal(compareRuntime(artifact, deployed(Counter)), 'same')
    assert.equal(compareRuntime(artifact, deployed(Forwarder)), null)
  })

  test(`${layout}: other metadata is passed over, other code is not`, () => {
    const artifact = read('Counter', Counter)
    const code = deployed(compile('a comment').Counter)
    assert.equal(compareRuntime(artifact, code), 'same but for metadata')
    assert.equal(compareRuntime(artifact, code.replace('5b', '5c')), null)
  })

  test(`${layout}: a creation is known with its constructor's arguments`, () => {
    const artifact = read('Counter', Counter)
    const input = link(Counter.evm.bytecode, LIBRARY) + '07'.padStart(64, '0')
    assert.equal(compareCreation(artifact, input), 'same')
    assert.equal(compareCreation(read('Proxy', Forwarder), input), null)
  })

  test(`${layout}: a library is known, whose code has its own address`, () => {
    const { object } = Steps.evm.deployedBytecode
    assert.equal(object.slice(2, 42), '0'.repeat(40))
    const code = `0x73${LIBRARY.slice(2)}${object.slice(42)}`
    assert.equal(compareRuntime(read('Steps', Steps), code), 'same')
  })
}

test('what is no artifact is none', () => {
  for (const json of [undefined, null, 7, [], {}, { abi: [] }, { _format: 'hh-sol-dbg-1' }])
    assert.equal(readArtifact(json, 'other'), null)
})

test('methods have their signatures, and unknown selectors stay hex', () => {
  const artifacts = [layouts.hardhat!('Counter', Counter)]
  const target = { contract: 'Counter', artifacts, sizeBytes: 1 }
  const { interface: abi } = artifacts[0]!
  assert.equal(methodOf(target, abi.encodeFunctionData('add(uint256)', [3])), 'add(uint256)')
  assert.equal(methodOf(target, abi.encodeFunctionData('add()', [])), 'add()')
  assert.equal(methodOf(target, '0xdeadbeef00'), '0xdeadbeef')
  assert.equal(methodOf(target, '0x'), 'receive()')
  assert.equal(methodOf(target, '0x12'), 'fallback()')
})

test('contracts of one name in several sources are told apart by the source', async () => {
  const ours = layouts.hardhat!('Counter', Counter)
  const other = { ...layouts.hardhat!('Proxy', Forwarder), name: 'Counter', source: 'contracts/Other.sol' }
  const chain = {
    code: async () => deployed(Counter),
    slot: async () => `0x${'0'.repeat(64)}`,
  }
  const { contract } = await new Names([other, ours], chain).target(LIBRARY)
  assert.equal(contract, 'contracts/Counter.sol:Counter')
})

test('a clone is named by what it is a clone of', async () => {
  const clone = `0x363d3d373d3d3d363d73${LIBRARY.slice(2)}5af43d82803e903d91602b57fd5bf3`
  const chain = {
    code: async (address: string) => (address === LIBRARY ? deployed(Counter) : clone),
    slot: async () => assert.fail('a clone needs no slot'),
  }
  const names = new Names([layouts.foundry!('Counter', Counter)], chain)
  assert.equal((await names.target(`0x${'01'.repeat(20)}`)).contract, 'Counter (by proxy)')
})
