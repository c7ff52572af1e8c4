/** A thread's entry: translates the component that it was started with, tells what came out, and ends. */

import { parentPort, workerData } from 'node:worker_threads'
import { translateComponent } from './translate.ts'

parentPort!.postMessage(await translateComponent(workerData as Uint8Array))
