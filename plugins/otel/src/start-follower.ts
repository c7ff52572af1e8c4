/** Makes a follower of all that it needs, as the environment and the configuration say. */

import type { Endpoints } from 'beaconlayer'
import { Follower } from './follower.ts'
import { JourneyReader } from './reader.ts'
import { resourceOf } from './resource.ts'
import { traceFilter } from './sampler.ts'
import { Sender } from './sender.ts'
import { exportSettings } from './settings.ts'
import type { OtelConfig } from './types.ts'

export async function startFollower(
  endpoints: Endpoints,
  config: OtelConfig,
  note: (line: string) => void,
): Promise<Follower> {
  const warn = (line: string) => note(`warning: otel: ${line}`)
  const { holdMs, transactionsMax } = config
  return new Follower({
    sender: new Sender(exportSettings(config, process.env), warn),
    reader: await JourneyReader.attach(endpoints),
    resource: resourceOf(endpoints, config.serviceName),
    isWanted: traceFilter(process.env),
    holdMs,
    transactionsMax,
    warn,
  })
}
