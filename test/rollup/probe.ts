/** The contract of fixtures/Probe.sol, as tests use it: an ERC-20 token that can do other things too, deployed first of all by the first dev account. */

import { readFileSync } from 'node:fs'
import { HDNodeWallet, Interface } from 'ethers'
import type { Hex } from '../../src/primitives/bytes.ts'
import { DEV_MNEMONIC } from './local-rollup.ts'

const compiled = JSON.parse(readFileSync(new URL('./fixtures/probe.json', import.meta.url), 'utf8'))

export const abi = new Interface(compiled.abi)
/** Without the constructor's arguments. */
export const BYTECODE: Hex = compiled.bytecode
export const SUPPLY = 10n ** 24n
/** The first dev account, who deploys it and then has all tokens. */
export const wallet = HDNodeWallet.fromPhrase(DEV_MNEMONIC)
/** Where the first transaction of `wallet` creates it. */
export const CONTRACT: Hex = '0x5fbdb2315678afecb367f032d93f642f64180aa3'
export const DEPLOYMENT = {
  data: `${BYTECODE}${abi.encodeDeploy([SUPPLY]).slice(2)}` as Hex,
  gasLimit: 2_000_000,
}
