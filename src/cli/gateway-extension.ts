/**
 * What a project's plugins add to gateways, by their `rpc` hooks. Loaded in the process of the gateways: in that of the command, or by a
 * supervisor of its own, which is told the path of this module and that of the configuration.
 */

import { dirname, join } from 'node:path'
import type { ExtensionSource, GatewayExtension } from '../devnet/gateway/extension.ts'
import { installationRoot } from '../devnet/installation.ts'
import type { RpcRequest } from '../plugin/hook-types.ts'
import type { Project } from '../plugin/project.ts'
import { loadProject } from '../project.ts'

/** Null if no plugin has such hooks. */
export function extensionOf(
  { hooks }: Pick<Project, 'hooks'>,
  warn: (line: string) => void,
): GatewayExtension | null {
  if (!hooks.has('rpc')) return null
  const warned = new Set<string>()
  const warnOnce = (cause: Error) => {
    if (!warned.has(cause.message)) warn(cause.message)
    warned.add(cause.message)
  }
  return {
    methods: async (chain) => Object.assign({}, ...(await hooks.parallel('rpc', 'methods', chain))),
    observe: (request: RpcRequest) => void hooks.parallel('rpc', 'request', request).catch(warnOnce),
  }
}

/** How another process makes the extension of this project. */
export function extensionSource({ hooks, configFile }: Project): ExtensionSource | null {
  if (!hooks.has('rpc') || configFile === null) return null
  return { module: join(installationRoot(), 'dist/cli/gateway-extension.js'), argument: configFile }
}

/** Called by the process that {@link extensionSource} is for; what plugins say goes to its log. */
export async function createExtension(configFile: string): Promise<GatewayExtension | null> {
  const say = (line: string) => console.log(line)
  return extensionOf(await loadProject({ folder: dirname(configFile), note: say }), say)
}
