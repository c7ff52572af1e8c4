/** A thread's entry: translates the component that it was started with, tells what came out, and ends. */

import { parentPort, workerData } from 'node:worker_threads'
import { type TranslatedComponent, translateComponent } from './translate.ts'

export type Translation =
  | { readonly ok: true; readonly translated: TranslatedComponent }
  | { readonly ok: false; readonly reason: string }

parentPort!.postMessage(await translate())

async function translate(): Promise<Translation> {
  try {
    return { ok: true, translated: await translateComponent(workerData as Uint8Array) }
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) }
  }
}
