/**
 * A node's network identity: an Ed25519 key and a certificate that it signs itself, written as DER by hand. TLS proves possession of
 * the key; nothing else in a certificate is looked at, so its names and dates are the same in all.
 */

import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
  type X509Certificate,
} from 'node:crypto'
import { fromHex, type Hex, toHex, utf8 } from '../primitives/bytes.ts'
import { keccak256 } from '../primitives/hash.ts'

export interface Identity {
  /** Raw Ed25519 key, 32 B. */
  readonly publicKey: Hex
  /** Both as PEM. */
  readonly certificate: string
  readonly privateKey: string
}

/** PKCS #8 and SubjectPublicKeyInfo of an Ed25519 key are these bytes before the raw 32 (RFC 8410). */
const PRIVATE_KEY_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_KEY_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

const ED25519 = sequence(tlv(0x06, Buffer.from([0x2b, 0x65, 0x70])))
const COMMON_NAME = tlv(0x06, Buffer.from([0x55, 0x04, 0x03]))
const NAME = sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, utf8('beacon')))))
const VALIDITY = sequence(tlv(0x18, utf8('20200101000000Z')), tlv(0x18, utf8('20991231235959Z')))
const VERSION_3 = tlv(0xa0, tlv(0x02, Buffer.from([2])))

/** The identity whose Ed25519 secret is `seed` (32 B). */
export function createIdentity(seed: Uint8Array): Identity {
  const key = privateKeyOf(seed)
  const publicKeyInfo = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const publicKey = publicKeyInfo.subarray(PUBLIC_KEY_PREFIX.length)
  // A serial number is positive and unique for its issuer.
  const serial = tlv(0x02, Buffer.concat([Buffer.from([1]), keccak256(publicKey).subarray(0, 8)]))
  const content = sequence(VERSION_3, serial, ED25519, NAME, VALIDITY, NAME, publicKeyInfo)
  const signature = tlv(0x03, Buffer.from([0]), sign(null, content, key))
  return {
    publicKey: toHex(publicKey),
    certificate: toPem(sequence(content, ED25519, signature)),
    privateKey: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}

/** The raw Ed25519 key of a peer's certificate, or null if it has another kind of key, or one that can't be read. */
export function publicKeyOf(certificate: X509Certificate): Hex | null {
  const publicKey = readPublicKey(certificate)
  if (publicKey?.asymmetricKeyType !== 'ed25519') return null
  return toHex(publicKey.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_KEY_PREFIX.length))
}

/** Null if OpenSSL doesn't know the algorithm: asking for the key throws then. */
function readPublicKey(certificate: X509Certificate): KeyObject | null {
  try {
    return certificate.publicKey
  } catch {
    return null
  }
}

/** 64 B of Ed25519 over `message`, with the secret `seed` (32 B). */
export function signAs(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, message, privateKeyOf(seed)))
}

/** Whether the holder of `publicKey` has signed `message`. Any 32 bytes may be asked about: some are no key. */
export function verifyFrom(publicKey: Hex, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const der = Buffer.concat([PUBLIC_KEY_PREFIX, fromHex(publicKey, 32)])
    return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature)
  } catch {
    return false
  }
}

function privateKeyOf(seed: Uint8Array): KeyObject {
  if (seed.length !== 32) throw new RangeError('a network key has a seed of 32 bytes')
  return createPrivateKey({ key: Buffer.concat([PRIVATE_KEY_PREFIX, seed]), format: 'der', type: 'pkcs8' })
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tlv(0x30, ...parts)
}

/** DER: tag, length, contents. */
function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(header), content])
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g)!
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
