/** Asks a running supervisor through its control socket. Every request has a deadline. */

import { connect } from 'node:net'
import { BeaconError, defineError, type ErrorKind } from '../errors/beacon-error.ts'
import { CONTROL_REQUEST_INVALID, type ControlAnswer, controlSocketPath } from './control-socket.ts'

export const NOT_RUNNING = defineError<{ path: string }>({
  code: 'D304',
  name: 'NOT_RUNNING',
  kind: 'user',
  message: ({ path }) => `no devnet is running in ${path}`,
  hint: () => 'start it with `beacon devnet up`, or name another one with --name or --dir',
})

export const SUPERVISOR_SILENT = defineError<{ method: string; timeoutMs: number }>({
  code: 'D305',
  name: 'SUPERVISOR_SILENT',
  kind: 'environment',
  message: ({ method, timeoutMs }) => `the supervisor did not answer '${method}' within ${timeoutMs} ms`,
  hint: () => 'the machine may be overloaded; look at logs/supervisor.log in the folder of the devnet',
})

export async function askSupervisor(
  devnetPath: string,
  method: string,
  params: object,
  timeoutMs: number,
): Promise<unknown> {
  const answer = await exchange(devnetPath, JSON.stringify({ method, params }), method, timeoutMs)
  if (answer.ok) return answer.result
  throw new BeaconError({ ...answer.error, kind: answer.error.kind as ErrorKind })
}

/** Whether a supervisor holds the devnet's lock. */
export function isRunning(devnetPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(controlSocketPath(devnetPath))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

function exchange(
  devnetPath: string,
  line: string,
  method: string,
  timeoutMs: number,
): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(controlSocketPath(devnetPath))
    socket.setEncoding('utf8')
    socket.setTimeout(timeoutMs, () => {
      reject(SUPERVISOR_SILENT({ method, timeoutMs }))
      socket.destroy()
    })
    socket.once('connect', () => socket.write(`${line}\n`))
    socket.on('data', (text: string) => {
      received += text
      const end = received.indexOf('\n')
      if (end === -1) return
      const answer = parseAnswer(received.slice(0, end))
      if (answer === null) reject(CONTROL_REQUEST_INVALID({ reason: "its answer can't be understood" }))
      else resolve(answer)
      socket.destroy()
    })
    socket.once('error', (cause) => reject(NOT_RUNNING({ path: devnetPath }, cause)))
    // A supervisor that dies while it answers; does nothing after an answer.
    socket.once('close', () => reject(NOT_RUNNING({ path: devnetPath })))
  })
}

/** Null if it is none: whoever listens there may be of another version. */
function parseAnswer(line: string): ControlAnswer | null {
  try {
    const answer: ControlAnswer | null = JSON.parse(line)
    if (answer?.ok === true) return answer
    const { code, message, hint } = answer!.error
    return [code, message, hint].every((text) => typeof text === 'string') ? answer : null
  } catch {
    return null
  }
}
