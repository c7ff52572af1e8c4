/** `beacon run prometheus serve`: until Ctrl-C. */

import type { TaskContext } from 'beaconlayer'
import { startExporter } from './start-exporter.ts'

export default async function serve({ port }: { readonly port: number | undefined }, context: TaskContext) {
  const { signal, project, print, openNetwork } = context
  const { prometheus } = project.config
  const { endpoints } = await openNetwork()
  const server = await startExporter(endpoints, { ...prometheus, port: port ?? prometheus.port })
  print(`metrics at ${server.url}`)
  await aborted(signal)
  await server.close()
  return { url: server.url }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
