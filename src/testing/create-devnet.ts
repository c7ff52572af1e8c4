/** Starts a network for a test file, or attaches to one that runs. */

import { dirname } from 'node:path'
import { configuredOptions } from '../cli/configured-devnet.ts'
import { openNetwork } from '../cli/network.ts'
import { findConfigFile } from '../config/find.ts'
import { devnetFolder, devnetsRoot } from '../devnet/folder.ts'
import { type GenesisRollup, type GivenOptions, resolveOptions } from '../devnet/options.ts'
import { startTied, type TiedDevnet, type TiedRequest } from '../devnet/tied.ts'
import { defineError } from '../errors/beacon-error.ts'
import type { Ethers } from './chain.ts'
import { type RollupOptions, TestDevnet } from './devnet.ts'

export interface DevnetOptions {
  /**
   * All of it in this process, under a simulated clock, network and disk: the same nodes, and what happens depends on `seed` and on what is asked,
   * in which order, and on nothing else. Time passes while somebody waits, as fast as the machine can.
   */
  readonly simulated?: boolean
  /** Takes what beacon.config, found upwards from here, says about this devnet, as in 'default'; the other options come before that. */
  readonly config?: string
  /** A file of `beacon devnet save`: the network goes on as it was saved, and other options may not contradict it. */
  readonly from?: string
  /** 7, or as many as the largest committee needs. */
  readonly validators?: number
  /** Rollups that are there from the start, by name or in detail; one with five sequencers, `app`, if left out. */
  readonly rollups?: readonly (string | RollupOptions)[]
  /** What keys, genesis and the first elections follow from. */
  readonly seed?: string
  /** Times as at a desk (`fast`), or as in the world. */
  readonly preset?: 'fast' | 'realistic'
  /** Beacon blocks of an epoch, after which committees change. */
  readonly epochBlocks?: number
  /** 'anvil' (the default), 'none', or the RPC URL of an L1, where BEACON_L1_KEY pays. */
  readonly l1?: string
  /** Leaves the folder, with its logs and chains, when the network stops. BEACON_KEEP=1 does so for all. */
  readonly keep?: boolean
  /** For the network to be up: 120,000. */
  readonly timeoutMs?: number
}

export interface AttachOptions {
  /** The folder of all devnets: BEACON_HOME, or `.beacon` in the project or here. */
  readonly dir?: string
  /** 'default' if left out. */
  readonly name?: string
}

export const SIMULATED_ALONE = defineError({
  code: 'T106',
  name: 'SIMULATED_ALONE',
  kind: 'user',
  message: () => 'a simulated network can neither be loaded from a file nor be one of the configuration',
  hint: () => 'say what it is to be like beside `simulated`: `seed`, `validators`, `rollups`, `epochBlocks`',
})

const VALIDATORS = 7
/** Several networks that start at once on two cores take their time. */
const START_MS = 120_000
const ATTACH_MS = 10_000

/**
 * Starts a network of its own: in a temporary folder, on ports that were free, so that test files can run side by side. Disposing stops its
 * processes and removes the folder; so does the end of this process, whatever ends it.
 * @example
 * await using devnet = await createDevnet({ rollups: [{ name: 'app', sequencers: 5 }] })
 * const sent = await devnet.rollup('app').signer().sendTransaction({ to: devnet.accounts[1].address, value: 1n })
 * await devnet.waitFor(sent, 'soft')
 */
export async function createDevnet(options: DevnetOptions = {}): Promise<TestDevnet> {
  const ethers = loadEthers()
  if (options.simulated) return startSimulated(options, await ethers)
  const tied = await (options.config === undefined
    ? startTied(requestOf(options, {}))
    : startConfigured(options))
  return new TestDevnet({ folder: tied.folder, ethers: await ethers, end: () => tied.stop() })
}

/** Takes hold of a devnet that runs already, by default the one of `beacon devnet up` or `beacon exec`. Disposing leaves it running. */
export async function attachDevnet({ dir, name = 'default' }: AttachOptions = {}): Promise<TestDevnet> {
  const folder = devnetFolder(devnetsRoot(dir, projectFolder()), name)
  const [ethers, network] = await Promise.all([loadEthers(), openNetwork(folder, ATTACH_MS)])
  network.beacon.close()
  return new TestDevnet({ folder, ethers, end: async () => {} })
}

/** Takes a fifth of a second, which a network takes anyway to start. */
function loadEthers(): Promise<Ethers> {
  return import('ethers')
}

function projectFolder(): string {
  const configFile = findConfigFile(process.cwd())
  return configFile === null ? process.cwd() : dirname(configFile)
}

/** Its code is loaded only where it is asked for: it is that of the nodes. */
async function startSimulated(options: DevnetOptions, ethers: Ethers): Promise<TestDevnet> {
  if (options.from !== undefined || options.config !== undefined) throw SIMULATED_ALONE()
  const { SimulatedDevnet } = await import('../simulation/devnet.ts')
  const given = givenOptions(options, {})
  const devnet = await SimulatedDevnet.start(resolveOptions('default', { ...given, ports: 'auto' }))
  return new TestDevnet({ folder: devnet.folder, ethers, end: () => devnet.stop() })
}

/** As the project has it, plugins included. Projects are loaded only where they are asked for. */
async function startConfigured(options: DevnetOptions): Promise<TiedDevnet> {
  const [{ loadProject }, { startForProject }] = await Promise.all([
    import('../project.ts'),
    import('../cli/project-network.ts'),
  ])
  const project = await loadProject()
  const request = requestOf(options, configuredOptions(project, options.config!))
  return startForProject(project, request, (line) => process.emitWarning(line))
}

function requestOf(options: DevnetOptions, configured: GivenOptions): TiedRequest {
  const { keep = Boolean(process.env.BEACON_KEEP), timeoutMs = START_MS } = options
  const { from } = options
  const given =
    from === undefined ? { ...configured, ...givenOptions(options, configured) } : saidOptions(options)
  return { given, keep, timeoutMs, ...(from === undefined ? {} : { from }) }
}

function givenOptions(options: DevnetOptions, configured: GivenOptions): GivenOptions {
  const rollups = (options.rollups ?? configured.rollups ?? [{}]).map(genesisRollup)
  const largest = Math.max(VALIDATORS, ...rollups.map(({ sequencers = 0 }) => sequencers))
  const validators = options.validators ?? configured.validators ?? largest
  return { ...saidOptions(options), validators, rollups }
}

/** Without defaults. */
function saidOptions({ seed, preset, epochBlocks, l1, validators, rollups }: DevnetOptions): GivenOptions {
  const said = { seed, preset, epochBlocks, l1, validators, rollups: rollups?.map(genesisRollup) }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

function genesisRollup(given: string | RollupOptions | GenesisRollup, index: number): GenesisRollup {
  const { minStake, ...rollup } = typeof given === 'string' ? { name: given } : given
  const name = index === 0 ? 'app' : `app-${index + 1}`
  return { name, ...rollup, ...(minStake === undefined ? {} : { minStake: minStake.toString() }) }
}
