/** `beacon run otel send TX`. */

import type { Hex, TaskContext } from 'beaconlayer'
import { disabled, notConfirmed, notExported, timesForgotten, transactionUnknown } from './errors.ts'
import { traceIdOf, traceUrlOf } from './identity.ts'
import type { Journey } from './journey.ts'
import { JourneyReader, type TransactionStatus } from './reader.ts'
import { resourceOf } from './resource.ts'
import { createExporter, exportSpans, reasonOf } from './sender.ts'
import { disablingVariable, exportSettings } from './settings.ts'
import { toSpans } from './spans.ts'

interface Args {
  readonly tx: Hex
  readonly rollup: string | undefined
  readonly now: boolean
}

/** What one call may wait. */
const WAIT_SLICE_MS = 5_000

export default async function send({ tx, rollup, now }: Args, context: TaskContext) {
  const { otel } = context.project.config
  const variable = disablingVariable(process.env)
  if (variable !== null) throw disabled(variable)
  const settings = exportSettings(otel, process.env)
  const { endpoints } = await context.openNetwork()
  const reader = await JourneyReader.attach(endpoints)
  try {
    const journey = await readJourney(reader, tx, rollup, now ? 0 : context.timeoutMs)
    const spans = toSpans(journey, resourceOf(endpoints, otel.serviceName))
    if (spans.length === 0) throw timesForgotten(tx)
    await exportSpans(createExporter(settings), spans).catch((cause: Error) => {
      throw notExported(settings.url, reasonOf(cause))
    })
    const url = otel.traceUrl === undefined ? null : traceUrlOf(otel.traceUrl, tx)
    const isFinished = journey.unfinished === null
    context.print(traceIdOf(tx))
    if (url !== null) context.note(`it is at ${url}`)
    if (!isFinished) context.note('it has not come to the end of the ladder: send it again when it has')
    return { traceId: traceIdOf(tx), url, spans: spans.length, isFinished }
  } finally {
    await reader.close()
  }
}

/** Waits up to `timeoutMs` for the end of the ladder; what has come as far as `soft` by then will do. */
async function readJourney(
  reader: JourneyReader,
  tx: Hex,
  rollup: string | undefined,
  timeoutMs: number,
): Promise<Journey> {
  const names = rollup === undefined ? reader.endpoints.rollups.map(({ name }) => name) : [rollup]
  const statuses = await Promise.all(
    names.map(async (name) => ({ name, status: await reader.status(name, tx) })),
  )
  const found = statuses.find(({ status }) => status !== null)
  if (found === undefined) throw transactionUnknown(tx, names)
  const status = await waitForEnd(reader, found.name, tx, timeoutMs)
  const isConfirmed = status?.signers != null
  if (!isConfirmed || status.block === null) throw notConfirmed(tx, status?.rung ?? null, timeoutMs)
  const journeys = await reader.ofBlock(
    { rollup: found.name, number: status.block.number },
    status,
    'asked for',
  )
  return journeys.find((journey) => journey.tx === tx)!
}

async function waitForEnd(
  reader: JourneyReader,
  rollup: string,
  tx: Hex,
  timeoutMs: number,
): Promise<TransactionStatus | null> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const leftMs = Math.max(0, deadline - Date.now())
    const status = await reader.statusAtEnd(rollup, tx, Math.min(leftMs, WAIT_SLICE_MS))
    if (leftMs === 0 || status === null || reader.isAtEnd(status.rung)) return status
  }
}
