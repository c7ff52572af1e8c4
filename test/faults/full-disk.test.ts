import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, closeSync, fsyncSync, mkdtempSync, openSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Load } from './load.ts'
import { eventually, FaultyNetwork } from './network.ts'

const DISK_MB = 96
const CHUNK = Buffer.alloc(64 * 1024, 1)

test('a disk that is full stops the validators, and nothing confirmed is lost', async (t) => {
  using disk = mountDisk()
  if (disk === null) return t.skip('mounting a small disk needs root')
  await using network = new FaultyNetwork(disk.path)
  const { accounts } = await network.up()
  await network.home.ok('rollup', 'create', 'app')
  const { rpcUrl, chainId } = network.rollup()
  const keys = [accounts[1]!.privateKey, accounts[2]!.privateKey] as const
  const load = new Load(rpcUrl, chainId, keys)
  await load.more(100, 60_000)

  const ballast = fill(disk.path)
  // Who can't make votes durable stops. Once a third has, there is nothing left to vote on, and the others wait.
  await eventually(async () => {
    const { processes } = await network.status()
    return processes.filter(({ name, pid }) => name.startsWith('validator') && pid === null).length >= 3
  }, 60_000)

  rmSync(ballast)
  await network.down()
  await network.up()
  await load.more(100, 60_000)
  await load.stop()
  await load.assertNothingLost(network.rollup().rpcUrl)
})

/** Null where this user may not mount. */
function mountDisk(): (Disposable & { readonly path: string }) | null {
  const path = mkdtempSync(join(tmpdir(), 'beacon-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    rmdirSync(path)
    return null
  }
  return {
    path,
    [Symbol.dispose]() {
      execFileSync('umount', ['--lazy', path])
      rmdirSync(path)
    },
  }
}

/** Writes until nothing more fits. Gives the file's path. */
function fill(folder: string): string {
  const path = join(folder, 'ballast')
  const file = openSync(path, 'w')
  try {
    for (;;) appendFileSync(file, CHUNK)
  } catch (cause) {
    assert.equal((cause as NodeJS.ErrnoException).code, 'ENOSPC')
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return path
}
