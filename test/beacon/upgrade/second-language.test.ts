import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeItems } from '../../../src/beacon/payload.ts'
import { twin } from '../../../src/beacon/runtime/twin.ts'
import { WasmRuntime } from '../../../src/beacon/runtime/wasm-runtime.ts'
import { StateDraft } from '../../../src/beacon/state-trie.ts'
import { NO_CONTENTS } from '../../../src/beacon/transition.ts'
import { SeededRandom } from '../../../src/platform/simulated/random.ts'
import { cryptography, TOKEN } from '../fixture.ts'
import { componentFiles, readShippedCode } from '../runtime/shipped.ts'
import { buildTypescriptRuntime } from '../runtime/typescript/build.ts'
import { History } from '../staking/history.ts'
import { playground } from '../staking/playground.ts'
import { Ledger } from '../transition/ledger.ts'
import { EPOCH, Upgrading, validators } from './upgrading.ts'

const BLOCKS = 40

const { code, hash, language } = await buildTypescriptRuntime()

test('the twin does inside a component, on QuickJS, what it does outside', async () => {
  assert.equal(language, 'javascript')
  const quick = await WasmRuntime.load(code, componentFiles)
  const ledger = new Ledger(playground(1000n * TOKEN))
  const history = new History(ledger, new SeededRandom(7))
  for (let block = 0; block < BLOCKS; block++) {
    const contents = history.next()
    const input = { ...ledger.input(), items: encodeItems({ ...NO_CONTENTS, ...contents }) }
    const [here, inside] = [twin, quick].map((runtime) => {
      const draft = new StateDraft(ledger.trie)
      const host = { get: draft.get.bind(draft), set: draft.set.bind(draft), ...cryptography }
      return { composed: runtime.composeBlock(host, input), root: draft.finish().root }
    })
    assert.deepEqual(inside, here, `block ${ledger.height + 1}`)
    ledger.apply(contents)
  }
})

test('a runtime in another language takes over on chain, and hands back', async () => {
  const network = await Upgrading.start()
  await network.approve(code)
  await network.step()
  assert.equal(network.state.runtime(), hash)
  const before = network.state.validator(1)!.stake
  network.ask(validators[0]!, { type: 'delegate', validator: 1, amount: 10n ** 17n })
  await network.step()
  assert.equal(network.state.validator(1)!.stake, before + 10n ** 17n)
  await network.advanceTo(network.height + EPOCH)
  await network.approve(readShippedCode())
  await network.step()
  await network.advanceTo(network.height + EPOCH)
  assert.equal(network.state.upgradeFailure(), null)
  assert.notEqual(network.state.runtime(), hash)
})
