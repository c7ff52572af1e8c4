/** A node of a small chain that answers on a real port: blocks are numbers, each with one log, and several nodes may share them. */

import { EventEmitter } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

type Handler = (params: unknown[]) => unknown

export class FakeNode {
  readonly name: string
  readonly calls: string[] = []
  /** "called" at each call, "subscribed" once a WebSocket client's first call is answered. */
  readonly events = new EventEmitter()
  height: number
  /** While set, nothing is answered. */
  hanging = false
  /** What batches are answered with, if set. */
  batchError: { code: number; message: string } | null = null
  /** Methods answered otherwise than by default. An error thrown is answered with its code. */
  readonly handlers: Record<string, Handler> = {}
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #webSockets = new WebSocketServer({ noServer: true })
  readonly #subscribers = new Set<WebSocket>()

  private constructor(name: string, height: number) {
    this.name = name
    this.height = height
    this.#server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', async () => {
        const answer = await this.#answer(JSON.parse(body))
        if (answer === undefined) return
        response.setHeader('x-chain-head', this.height)
        response.end(JSON.stringify(answer))
      })
    })
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('upgrade', (request, socket, head) =>
      this.#webSockets.handleUpgrade(request, socket, head, (client) => {
        client.on('message', async (data) => {
          const answer = await this.#answer(JSON.parse(String(data)))
          client.send(JSON.stringify(answer))
          this.#subscribers.add(client)
          this.events.emit('subscribed')
        })
        client.on('close', () => this.#subscribers.delete(client))
      }),
    )
  }

  static async start(name: string, height = 1): Promise<FakeNode> {
    const node = new FakeNode(name, height)
    await new Promise<void>((resolve) => node.#server.listen(0, '127.0.0.1', resolve))
    return node
  }

  get backend(): { id: string; url: string } {
    return { id: this.name, url: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}` }
  }

  /** Moves the head and tells subscribers. */
  advance(height: number): void {
    this.height = height
    this.push({ number: quantity(height) })
  }

  /** Tells all subscribers. */
  push(result: unknown): void {
    const params = { subscription: '0x1', result }
    for (const client of this.#subscribers) {
      client.send(JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params }))
    }
  }

  /** As a process that was killed: the port is closed and every connection is cut. */
  async kill(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async #answer(message: unknown): Promise<unknown> {
    if (this.hanging) return undefined
    if (Array.isArray(message)) {
      if (this.batchError !== null) return { jsonrpc: '2.0', id: null, error: this.batchError }
      return Promise.all(message.map((entry) => this.#answer(entry)))
    }
    const { id, method, params } = message as { id: unknown; method: string; params: unknown[] }
    this.calls.push(method)
    this.events.emit('called')
    const handler = this.handlers[method] ?? this.#chain[method]
    if (handler === undefined)
      return { jsonrpc: '2.0', id, error: { code: -32601, message: 'method not found' } }
    try {
      const result = await handler(params)
      return result === undefined ? undefined : { jsonrpc: '2.0', id, result }
    } catch (cause) {
      const { code, message } = cause as { code: number; message: string }
      return { jsonrpc: '2.0', id, error: { code, message } }
    }
  }

  /** One log in each block of the range. */
  readonly logs = (criteria: unknown): unknown => {
    const { fromBlock, toBlock } = criteria as { fromBlock: string; toBlock: string }
    const from = Number(fromBlock)
    return Array.from({ length: Number(toBlock) - from + 1 }, (_, i) => ({
      blockNumber: quantity(from + i),
    }))
  }

  readonly #chain: Record<string, Handler> = {
    test_name: () => this.name,
    eth_blockNumber: () => quantity(this.height),
    eth_sendRawTransaction: () => '0xhash',
    eth_subscribe: () => '0x1',
    web3_clientVersion: () => 'fake',
    eth_getBlockByNumber: ([number]) =>
      Number(number) > this.height ? null : { number, hash: `0xb${Number(number)}`, transactions: [] },
    eth_getLogs: ([criteria]) => this.logs(criteria),
  }
}

export function quantity(value: number): string {
  return `0x${value.toString(16)}`
}
