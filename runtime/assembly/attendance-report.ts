/** What a proposer brings in to show who takes part: the F certificate of an earlier block. */

import { Certificate, readCertificate } from './consensus/vote'
import { ByteReader } from './primitives/codec'

export class AttendanceReport {
  constructor(
    readonly height: i64,
    readonly certificate: Certificate,
  ) {}
}

/** Null unless `bytes` are one. */
export function decodeAttendanceReport(bytes: Uint8Array): AttendanceReport | null {
  const reader = new ByteReader(bytes)
  const height = reader.u64()
  const report = new AttendanceReport(height, readCertificate(reader))
  reader.end()
  return reader.failed ? null : report
}
