/**
 * A running devnet by its folder, for as long as a test file runs: where everything is follows endpoints.json, which its supervisor keeps
 * up to date, and clients are made once and closed together.
 */

import { type Network, ROLLUP_UNKNOWN } from '../cli/network.ts'
import { NOT_RUNNING } from '../devnet/control-client.ts'
import { type Endpoints, type RollupEndpoint, readEndpoints } from '../devnet/endpoints.ts'
import type { DevnetFolder } from '../devnet/folder.ts'
import { createRpcClient, type RpcClient } from '../rpc/client.ts'

export class LiveNetwork implements Network {
  readonly #folder: DevnetFolder
  readonly #clients = new Map<string, RpcClient>()
  /** Made a moment ago, and perhaps not yet in the file. */
  readonly #created = new Map<string, RollupEndpoint>()

  constructor(folder: DevnetFolder) {
    this.#folder = folder
  }

  /** As of now. Throws NOT_RUNNING if the folder is gone. */
  get endpoints(): Endpoints {
    const endpoints = readEndpoints(this.#folder)
    if (endpoints === null) throw NOT_RUNNING({ path: this.#folder.path })
    for (const { name } of endpoints.rollups) this.#created.delete(name)
    return { ...endpoints, rollups: [...endpoints.rollups, ...this.#created.values()] }
  }

  get beacon(): RpcClient {
    return this.client(this.endpoints.beacon.rpcUrl)
  }

  rollup(name: string): { endpoint: RollupEndpoint; rpc: RpcClient } {
    const { rollups } = this.endpoints
    const endpoint = rollups.find((rollup) => rollup.name === name)
    if (endpoint === undefined) throw ROLLUP_UNKNOWN({ name, known: rollups.map((rollup) => rollup.name) })
    return { endpoint, rpc: this.client(endpoint.rpcUrl) }
  }

  noteCreated(endpoint: RollupEndpoint): void {
    this.#created.set(endpoint.name, endpoint)
  }

  forgetCreated(): void {
    this.#created.clear()
  }

  client(rpcUrl: string): RpcClient {
    const known = this.#clients.get(rpcUrl) ?? createRpcClient(rpcUrl)
    this.#clients.set(rpcUrl, known)
    return known
  }

  close(): void {
    for (const client of this.#clients.values()) client.close()
  }
}
