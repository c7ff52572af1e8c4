/** What a devnet can be at all, for flags and configuration alike. */

/** Bounded by what one machine carries: each validator is a process. */
export const DEVNET_VALIDATORS_MAX = 50

export const DEVNET_NAME_PATTERN = /^[a-z0-9][a-z0-9-]{0,31}$/

export const DEVNET_PRESETS = ['fast', 'realistic'] as const
export const DEVNET_PORTS = ['fixed', 'auto'] as const

export type DevnetPreset = (typeof DEVNET_PRESETS)[number]
export type DevnetPorts = (typeof DEVNET_PORTS)[number]
