/**
 * Whose spans these are: one service for the whole network, whatever its rollups are. So OTEL_SERVICE_NAME, which names one service, means
 * what it says; and a rollup is an attribute of each span.
 */

import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import type { Endpoints } from 'beaconlayer'

/** OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come before the rest. */
export function resourceOf({ name, beacon }: Endpoints, serviceName: string): Resource {
  const network = resourceFromAttributes({
    'service.name': serviceName,
    // Another network of the same name has another genesis.
    'service.instance.id': beacon.genesisHash,
    'beacon.devnet.name': name,
  })
  return defaultResource()
    .merge(network)
    .merge(detectResources({ detectors: [envDetector] }))
}
