/** The networks that test code of this process has open, for matchers, which are given a transaction and nothing else. */

import type { Network } from '../cli/network.ts'

export const openNetworks = new Set<Network>()
