/**
 * What a proposer brings in to show who takes part: the F certificate of an earlier block, with the votes of all that it heard of, so that whoever
 * is slow but there is counted too.
 */

import { type Certificate, readCertificate, writeCertificate } from '../consensus/vote.ts'
import { ByteWriter, decodeExactly } from '../primitives/codec.ts'
import { type Height, height } from '../primitives/ids.ts'

export interface AttendanceReport {
  /** Of the certified Beacon block. */
  readonly height: Height
  readonly certificate: Certificate
}

export function encodeAttendanceReport(report: AttendanceReport): Uint8Array {
  return writeCertificate(new ByteWriter().u64(report.height), report.certificate).finish()
}

/** Throws DecodeError. */
export function decodeAttendanceReport(bytes: Uint8Array): AttendanceReport {
  return decodeExactly(bytes, (reader) => ({
    height: height(reader.u64()),
    certificate: readCertificate(reader),
  }))
}
