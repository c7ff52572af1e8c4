/** Tells the plugins of a project when devnets start and stop. */

import { setTimeout as delay } from 'node:timers/promises'
import type { DevnetFolder } from '../devnet/folder.ts'
import type { Project } from '../plugin/project.ts'

/** A plugin that doesn't come to an end must not keep a network from stopping. */
const STOPPING_MS = 5_000

/** Never rejects: `warn` is told instead, for the network stops all the same. */
export async function tellStopping(
  { hooks }: Project,
  { name, path: dir }: DevnetFolder,
  warn: (line: string) => void,
  deadlineMs = STOPPING_MS,
): Promise<void> {
  const waiting = new AbortController()
  const told = hooks.series('devnet', 'stopping', { name, dir }).then(
    () => {},
    (cause: Error) => warn(cause.message),
  )
  const late = delay(deadlineMs, undefined, { signal: waiting.signal }).then(
    () => warn(`plugins have not ended after ${deadlineMs} ms; the network stops now`),
    () => {},
  )
  await Promise.race([told, late])
  waiting.abort()
}
