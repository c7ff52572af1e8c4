/**
 * The public entry: what configurations, plugins and programs import from 'beaconlayer'. Commands of plugins import 'beaconlayer/command',
 * tests 'beaconlayer/testing'.
 */

export type { Network } from './cli/network.ts'
export type { Trace, TraceStep } from './cli/trace.ts'
// As a whole, for only so can plugins add their sections to its interfaces.
export * from './config/config.ts'
export type { DevnetUserConfig, ResolvedDevnet } from './config/devnet.ts'
export type { Fault, FaultKind } from './config/fault.ts'
export type { FaultExpectation, FaultStart, FaultStep } from './config/fault-steps.ts'
export type { DevnetPorts, DevnetPreset } from './config/limits.ts'
export type { ConfigProblem } from './config/problems.ts'
export type { ResolvedRollup, RollupUserConfig } from './config/rollup.ts'
export type { StandardIssue, StandardResult, StandardSchema } from './config/standard-schema.ts'
export { type ConformanceOptions, verifyPlugin } from './conformance.ts'
export type { Endpoints, RollupEndpoint } from './devnet/endpoints.ts'
export { BeaconError, type ErrorKind } from './errors/beacon-error.ts'
export type { FlagSpec, OptionSpec, PositionalSpec } from './plugin/argument-specs.ts'
export type { ArgumentType, ArgumentValues } from './plugin/argument-types.ts'
export type { TaskContext } from './plugin/context.ts'
export { defineConfig, type ProjectConfig } from './plugin/define-config.ts'
export {
  type Chained,
  type CommitteeDrawn,
  type ConfigHooks,
  type DevnetHooks,
  type DevnetPlanned,
  defineHooks,
  type ElectionHooks,
  type HookCategory,
  type HookContext,
  type HookFactory,
  type HookTypes,
  type Observer,
  type RollupBlock,
  type RollupConfirmation,
  type RollupHooks,
  type RpcChain,
  type RpcHooks,
  type RpcMethod,
  type RpcRequest,
  type Slashing,
  type StakingHooks,
  type TracedTransaction,
  type TraceHooks,
  type ValidatorChange,
  type ValidatorRegistration,
  type ValidatorSetChange,
  type ValidatorTurn,
  type WatchedNetwork,
} from './plugin/hook-types.ts'
export { definePlugin, PLUGIN_API_VERSION, type Plugin, type PluginCommand } from './plugin/plugin.ts'
export type { Project, RunOptions } from './plugin/project.ts'
export { type OverrideAction, overrideTask, type TaskAction, task } from './plugin/task.ts'
export type { ArgsOf, InputOf, ResultOf, Task, TaskDefinition } from './plugin/task-definition.ts'
export type { Hex } from './primitives/bytes.ts'
export { RUNGS, type Rung } from './primitives/ladder.ts'
export { loadProject, type ProjectSource } from './project.ts'
export type { RpcClient } from './rpc/client.ts'
export { RpcError } from './rpc/rpc-error.ts'
export { builtInTasks } from './tasks/built-in.ts'
