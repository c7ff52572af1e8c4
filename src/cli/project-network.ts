/** A network for a while in a project: its gateways have the methods of the project's plugins, and plugins are told of its start and its end. */

import { startTied, type TiedDevnet, type TiedRequest } from '../devnet/tied.ts'
import type { Project } from '../plugin/project.ts'
import { tellStopping } from './devnet-hooks.ts'
import { extensionSource } from './gateway-extension.ts'

/** Plugins can keep it from starting, by an error; how they take its end is no more than a warning. */
export async function startForProject(
  project: Project,
  request: TiedRequest,
  warn: (line: string) => void,
): Promise<TiedDevnet> {
  const { hooks } = project
  const { given: options } = request
  const devnet = await startTied({
    ...request,
    extension: extensionSource(project),
    onPlanned: async ({ name, path: dir }) => {
      await hooks.series('devnet', 'planned', { name, dir, options })
    },
  })
  try {
    await hooks.series('devnet', 'started', devnet.endpoints)
  } catch (cause) {
    await devnet.stop()
    throw cause
  }
  let stopping: Promise<void> | undefined
  const stop = () => tellStopping(project, devnet.folder, warn).then(() => devnet.stop())
  return {
    ...devnet,
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}
