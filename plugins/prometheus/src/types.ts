/** The section `prometheus` of the configuration: what people write, and what the code gets. */

export interface PrometheusUserConfig {
  /** 9464. 0: one that is free. */
  port?: number
  /** An address of this machine: '127.0.0.1', which nobody else can reach. */
  host?: string
  /** false: nothing is served by itself, and only by `beacon run prometheus serve`. */
  live?: boolean
}

export interface PrometheusConfig {
  readonly port: number
  readonly host: string
  readonly live: boolean
}

declare module 'beaconlayer' {
  interface UserConfig {
    prometheus?: PrometheusUserConfig
  }
  interface ResolvedConfig {
    readonly prometheus: PrometheusConfig
  }
}
