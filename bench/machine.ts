/** The machine in general terms: enough to judge figures by, nothing that tells whose it is. */

import { cpus, totalmem } from 'node:os'

export function describeMachine(): string {
  const cores = cpus()
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  const { platform, arch, version } = process
  return `${cores.length} x ${cores[0]!.model.trim()}, ${gigabytes} GB, ${platform} ${arch}, Node ${version.slice(1)}`
}
