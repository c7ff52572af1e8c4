/** The section `gasReport` of the configuration: what people write, and what the code gets. */

export interface GasReportUserConfig {
  /** Folders with compiler artifacts, of Hardhat's or Foundry's layout: `['artifacts', 'out']`. Relative to the project. */
  artifacts?: readonly string[]
  /** true: a network that stops, of `beacon exec` or `devnet up` in the foreground, is reported on. */
  atEnd?: boolean
  /** A file for that report, `.json` or `.md`; relative to the project. */
  out?: string
}

export interface GasReportConfig {
  readonly artifacts: readonly string[]
  readonly atEnd: boolean
  readonly out?: string | undefined
}

declare module 'beaconlayer' {
  interface UserConfig {
    gasReport?: GasReportUserConfig
  }
  interface ResolvedConfig {
    readonly gasReport: GasReportConfig
  }
}
