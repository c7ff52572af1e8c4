/** A watcher's hooks don't say which network it is, nor when it ends: the task knows both. */

import type { TaskContext } from 'beaconlayer'
import { sessionOf } from './session.ts'

export default async function watch<Result>(
  _args: object,
  { project, openNetwork, note }: TaskContext,
  runSuper: () => Promise<Result>,
): Promise<Result> {
  const session = sessionOf(project.config)
  session.begin((await openNetwork()).endpoints)
  await session.serve(note)
  try {
    return await runSuper()
  } finally {
    await session.end()
  }
}
