/**
 * The socket that other commands reach a supervisor through, one JSON object a line. Listening on it is also the lock: a devnet has one
 * supervisor, and the kernel releases the lock however that ends. The file that a dead supervisor left is known by its refused connect.
 */

import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BeaconError, defineError } from '../errors/beacon-error.ts'

/** sun_path holds 108 bytes on Linux and 104 elsewhere, with a closing zero. */
const SOCKET_PATH_BYTES_MAX = process.platform === 'linux' ? 107 : 103
const REQUEST_BYTES_MAX = 64 * 1024
const TAKEOVER_STALE_MS = 5_000

export interface ControlRequest {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

export type ControlHandler = (request: ControlRequest) => Promise<unknown>

export type ControlAnswer =
  | { readonly ok: true; readonly result: unknown }
  | {
      readonly ok: false
      readonly error: {
        readonly code: string
        readonly name: string
        readonly kind: string
        readonly message: string
        readonly hint: string
      }
    }

export const ALREADY_RUNNING = defineError<{ path: string }>({
  code: 'D301',
  name: 'ALREADY_RUNNING',
  kind: 'user',
  message: ({ path }) => `a devnet is already running in ${path}`,
  hint: () => 'use it, stop it with `beacon devnet down`, or start another with --name',
})

export const CONTROL_REQUEST_INVALID = defineError<{ reason: string }>({
  code: 'D302',
  name: 'CONTROL_REQUEST_INVALID',
  kind: 'user',
  message: ({ reason }) => `the supervisor refused the request: ${reason}`,
  hint: () => 'use the same version of beacon that started the devnet',
})

export const CONTROL_SOCKET_FAILED = defineError<{ path: string; reason: string }>({
  code: 'D303',
  name: 'CONTROL_SOCKET_FAILED',
  kind: 'environment',
  message: ({ path, reason }) => `the control socket ${path} can't be listened on: ${reason}`,
  hint: () => 'the folder must be on a file system with Unix sockets; pass --dir',
})

/** In the devnet's folder, or, if that path is too long for a socket, in the temporary folder under a name derived from it. */
export function controlSocketPath(devnetPath: string): string {
  const path = join(devnetPath, 'control.sock')
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return path
  return join(tmpdir(), `beacon-${createHash('sha256').update(devnetPath).digest('hex').slice(0, 24)}.sock`)
}

export class ControlSocket {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #handler: ControlHandler

  private constructor(server: Server, handler: ControlHandler) {
    this.#server = server
    this.#handler = handler
    server.on('connection', (socket) => this.#serve(socket))
  }

  /** Takes the lock, or throws ALREADY_RUNNING. */
  static async acquire(devnetPath: string, handler: ControlHandler): Promise<ControlSocket> {
    const path = controlSocketPath(devnetPath)
    const server = (await listenOn(path)) ?? (await takeOver(path))
    if (server === null) throw ALREADY_RUNNING({ path: devnetPath })
    chmodSync(path, 0o600)
    return new ControlSocket(server, handler)
  }

  /** Closes and removes the socket; requests under way have been answered or are dropped. Closing twice is closing once. */
  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.end()
    const timer = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy()
    }, 200)
    await closed
    clearTimeout(timer)
  }

  #serve(socket: Socket): void {
    let buffered = ''
    this.#sockets.add(socket)
    socket.setEncoding('utf8')
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (text: string) => {
      buffered += text
      const lines = buffered.split('\n')
      buffered = lines.pop()!
      if (buffered.length > REQUEST_BYTES_MAX) return void socket.destroy()
      for (const line of lines) void this.#answer(line).then((answer) => writeLine(socket, answer))
    })
  }

  /** Never rejects: what can't be written as JSON is answered as a request that can't be met. */
  async #answer(line: string): Promise<string> {
    try {
      return encode({ ok: true, result: (await this.#handler(parseRequest(line))) ?? null })
    } catch (cause) {
      const error =
        cause instanceof BeaconError ? cause : CONTROL_REQUEST_INVALID({ reason: String(cause) }, cause)
      const { code, name, kind, message, hint } = error
      return encode({ ok: false, error: { code, name, kind, message, hint } })
    }
  }
}

function parseRequest(line: string): ControlRequest {
  let request: Partial<ControlRequest> | null
  try {
    request = JSON.parse(line)
  } catch (cause) {
    throw CONTROL_REQUEST_INVALID({ reason: 'it is not JSON' }, cause)
  }
  if (typeof request?.method !== 'string') throw CONTROL_REQUEST_INVALID({ reason: 'it names no method' })
  const params = typeof request.params === 'object' && request.params !== null ? request.params : {}
  return { method: request.method, params }
}

function encode(answer: ControlAnswer): string {
  return JSON.stringify(answer)
}

function writeLine(socket: Socket, answer: string): void {
  if (socket.writable) socket.write(`${answer}\n`)
}

/** Null if the path exists. */
function listenOn(path: string): Promise<Server | null> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('listening', () => resolve(server))
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') resolve(null)
      else reject(CONTROL_SOCKET_FAILED({ path, reason: cause.message }, cause))
    })
    server.listen(path)
  })
}

/**
 * Replaces the socket of a dead supervisor; null if it is alive. Of several that try, a folder lets one through at a time: without it, one
 * could remove the socket that another has just made.
 */
async function takeOver(path: string): Promise<Server | null> {
  const turn = `${path}.takeover`
  if (!takeTurn(turn)) return null
  try {
    if (await isAnswering(path)) return null
    rmSync(path, { force: true })
    return await listenOn(path)
  } finally {
    rmdirSync(turn)
  }
}

function takeTurn(turn: string): boolean {
  for (const last of [false, true]) {
    try {
      mkdirSync(turn)
      return true
    } catch {
      // Left by one that was killed within its turn, which lasts milliseconds?
      const since = statSync(turn, { throwIfNoEntry: false })?.mtimeMs
      if (last || (since !== undefined && Date.now() - since < TAKEOVER_STALE_MS)) return false
      rmSync(turn, { recursive: true, force: true })
    }
  }
  return false
}

function isAnswering(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
