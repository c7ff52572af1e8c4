/** What a person reads when nothing can be served. */

import { BeaconError } from 'beaconlayer'
import type { PrometheusConfig } from './types.ts'

type Address = Pick<PrometheusConfig, 'host' | 'port'>

const DOCS = '@beaconlayer/prometheus/README.md'

export function portTaken({ host, port }: Address, cause: unknown): BeaconError {
  return new BeaconError({
    code: 'PROM1',
    name: 'PORT_TAKEN',
    kind: 'environment',
    message: `metrics can't be served on ${host}:${port}: another process listens there`,
    hint: 'stop that process, set `prometheus.port` to another port, or to 0 for a free one',
    docs: DOCS,
    cause,
  })
}

export function listenFailed({ host, port }: Address, cause: Error): BeaconError {
  return new BeaconError({
    code: 'PROM2',
    name: 'LISTEN_FAILED',
    kind: 'environment',
    message: `metrics can't be served on ${host}:${port}: ${cause.message}`,
    hint: '`prometheus.host` is an address of this machine, and ports below 1024 are reserved',
    docs: DOCS,
    cause,
  })
}
