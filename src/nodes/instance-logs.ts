/** The write-ahead logs of one chain's instances: a file for each, named after it. Those of instances that are over are removed. */

import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordLog } from '../platform/ports.ts'
import { FileRecordLog } from '../platform/record-log.ts'
import { type Instance, instanceKey } from '../primitives/ids.ts'

export interface InstanceLogs {
  open(instance: Instance): RecordLog
  /** The instance is over for this node: it will never vote in it again. */
  discard(instance: Instance): void
  /** All of earlier instances, left behind by earlier lives of the process. */
  discardBefore(instance: Instance): void
}

const NAME = /^(\d+)-(\d+)-(\d+)\.log$/

export function createInstanceLogs(folder: string): InstanceLogs {
  mkdirSync(folder, { recursive: true })
  const pathOf = (instance: Instance) => join(folder, `${instanceKey(instance)}.log`)
  return {
    open: (instance) => new FileRecordLog(pathOf(instance)),
    discard: (instance) => rmSync(pathOf(instance), { force: true }),
    discardBefore({ rollup, epoch, sub }) {
      for (const name of readdirSync(folder)) {
        const [, ...numbers] = NAME.exec(name) ?? []
        const [ofRollup, ofEpoch, ofSub] = numbers.map(Number) as [number, number, number]
        if (ofRollup !== rollup || ofEpoch > epoch || (ofEpoch === epoch && ofSub >= sub)) continue
        rmSync(join(folder, name), { force: true })
      }
    },
  }
}
