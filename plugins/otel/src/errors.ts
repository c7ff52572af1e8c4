/** What a person reads when a trace can't be sent. */

import { BeaconError, type Hex, type Rung } from 'beaconlayer'

const DOCS = '@beaconlayer/otel/README.md'

export function endpointInvalid(variable: string, value: string): BeaconError {
  return new BeaconError({
    code: 'OTEL1',
    name: 'ENDPOINT_INVALID',
    kind: 'user',
    message: `${variable} is no http or https URL: '${value}'`,
    hint: 'it is as in http://localhost:4318',
    docs: DOCS,
  })
}

export function notExported(url: string, reason: string): BeaconError {
  return new BeaconError({
    code: 'OTEL2',
    name: 'NOT_EXPORTED',
    kind: 'environment',
    message: `${url} did not take the trace: ${reason}`,
    hint: 'see that the collector is up and takes OTLP over HTTP; OTEL_EXPORTER_OTLP_ENDPOINT or `otel.endpoint` says where it is',
    docs: DOCS,
  })
}

export function disabled(variable: string): BeaconError {
  return new BeaconError({
    code: 'OTEL3',
    name: 'DISABLED',
    kind: 'user',
    message: `${variable} says that nothing is to be sent`,
    hint: `unset ${variable}`,
    docs: DOCS,
  })
}

export function transactionUnknown(tx: Hex, rollups: readonly string[]): BeaconError {
  return new BeaconError({
    code: 'OTEL4',
    name: 'TRANSACTION_UNKNOWN',
    kind: 'check',
    message: `no transaction ${tx} is known to ${rollups.join(' or ') || 'this devnet, which has no rollup'}`,
    hint: 'was it sent to this devnet? an invalid transaction is refused when it is sent',
    docs: DOCS,
  })
}

export function notConfirmed(tx: Hex, at: Rung | null, timeoutMs: number): BeaconError {
  return new BeaconError({
    code: 'OTEL5',
    name: 'NOT_CONFIRMED',
    kind: 'check',
    message: `${tx} is ${at === null ? 'in no block' : `at '${at}'`} and was not confirmed within ${timeoutMs} ms`,
    hint: 'give it longer with --timeout; `beacon devnet status` shows whether its sequencers run',
    docs: DOCS,
  })
}

export function timesForgotten(tx: Hex): BeaconError {
  return new BeaconError({
    code: 'OTEL6',
    name: 'TIMES_FORGOTTEN',
    kind: 'check',
    message: `nobody knows any more when ${tx} reached its rungs`,
    hint: 'nodes remember that of their last 4,096 blocks, and not beyond a restart: send a trace sooner, or live',
    docs: DOCS,
  })
}
