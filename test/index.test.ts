/** The public surface: a change here is one that users see, and belongs into the changelog. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as surface from '../src/index.ts'

const VALUES = [
  'BeaconError',
  'PLUGIN_API_VERSION',
  'RUNGS',
  'RpcError',
  'builtInTasks',
  'defineConfig',
  'defineHooks',
  'definePlugin',
  'loadProject',
  'overrideTask',
  'task',
  'verifyPlugin',
]

const TYPES = [
  'ArgsOf',
  'ArgumentType',
  'ArgumentValues',
  'Chained',
  'CommitteeDrawn',
  'ConfigHooks',
  'ConfigProblem',
  'ConformanceOptions',
  'DevnetHooks',
  'DevnetPlanned',
  'DevnetPorts',
  'DevnetPreset',
  'DevnetUserConfig',
  'ElectionHooks',
  'Endpoints',
  'ErrorKind',
  'Fault',
  'FaultExpectation',
  'FaultKind',
  'FaultStart',
  'FaultStep',
  'FlagSpec',
  'Hex',
  'HookCategory',
  'HookContext',
  'HookFactory',
  'HookTypes',
  'InputOf',
  'Network',
  'Observer',
  'OptionSpec',
  'OverrideAction',
  'Plugin',
  'PluginCommand',
  'PluginSection',
  'PositionalSpec',
  'Project',
  'ProjectConfig',
  'ProjectSource',
  'ResolvedConfig',
  'ResolvedDevnet',
  'ResolvedRollup',
  'ResultOf',
  'RollupBlock',
  'RollupConfirmation',
  'RollupEndpoint',
  'RollupHooks',
  'RollupUserConfig',
  'RpcChain',
  'RpcClient',
  'RpcHooks',
  'RpcMethod',
  'RpcRequest',
  'RunOptions',
  'Rung',
  'Slashing',
  'StakingHooks',
  'StandardIssue',
  'StandardResult',
  'StandardSchema',
  'Task',
  'TaskAction',
  'TaskContext',
  'TaskDefinition',
  'Trace',
  'TraceHooks',
  'TraceStep',
  'TracedTransaction',
  'UserConfig',
  'ValidatorChange',
  'ValidatorRegistration',
  'ValidatorSetChange',
  'ValidatorTurn',
  'WatchedNetwork',
]

test("'beaconlayer' exports these values", () => {
  assert.deepEqual(Object.keys(surface).sort(), VALUES)
})

test("'beaconlayer' exports these types", () => {
  assert.deepEqual([...exportedTypes('index.ts'), ...exportedTypes('config/config.ts')].sort(), TYPES)
})

test('the built-in tasks keep their names and arguments', () => {
  const described = Object.values(surface.builtInTasks).map(({ path, positionals, options, flags }) =>
    [path.join(' '), ...[...positionals, ...options, ...flags].map(({ name }) => name)].join(' '),
  )
  assert.deepEqual(described, [
    'stake report byWeight',
    'stake delegate validator amount from',
    'stake undelegate validator amount from all',
    'stake redelegate validator to amount from all',
    'stake claim validator from',
    'validator list',
    'validator jailed',
    'election show rollup epoch',
    'election audit rollup draws seed significance',
    'trace slowest rollup rung blocks top',
    'deploy artifact args rollup account value until',
    'wait tx rung rollup',
    'watch duration quiet',
    'faults',
  ])
})

function exportedTypes(file: string): string[] {
  const text = readFileSync(join(import.meta.dirname, '../src', file), 'utf8')
  const listed = [...text.matchAll(/export (type )?\{([^}]*)\}/g)].flatMap(([, isType, names]) =>
    names!
      .split(',')
      .map((name) => name.trim())
      .filter((name) => isType !== undefined || name.startsWith('type '))
      .map((name) => name.replace('type ', '')),
  )
  const declared = [...text.matchAll(/export (?:interface|type) (\w+)/g)].map(([, name]) => name!)
  return [...listed, ...declared].filter((name) => name !== '')
}
