/** eth_* about fees: what to offer, judged by what recent blocks took. */

import type { Methods } from '../../rpc/dispatch.ts'
import { invalidParams, readArray, readBlock, readLooseNumber } from '../../rpc/params.ts'
import type { RollupApplication } from '../application.ts'
import { baseFeeAfter } from '../block-plan.ts'
import { nextBaseFee } from '../header.ts'
import type { BlockReader } from './blocks.ts'
import { quantity, type ShownBlock, tipsOf } from './format.ts'

/** What is suggested while blocks have room: proposers take anything above nothing. */
export const TIP_SUGGESTED = 1_000_000n
const HISTORY_MAX = 1_024
const PERCENTILES_MAX = 100
/** Blocks whose tips the suggestion follows. */
const SAMPLED_BLOCKS = 20

export function feeMethods(application: RollupApplication, blocks: BlockReader): Methods {
  const { chain } = application
  const suggestedTip = (): bigint => {
    const head = chain.head.header.number
    const tips: bigint[] = []
    for (let height = Math.max(1, head - SAMPLED_BLOCKS + 1); height <= head; height++) {
      const { header, ...block } = chain.blockAt(height)!
      // In blocks that aren't full even the lowest tip gets in.
      if (header.gasUsed * 2 > header.gasLimit)
        tips.push(...tipsOf({ header, ...block }).map(({ tip }) => tip))
    }
    tips.sort((a, b) => (a < b ? -1 : 1))
    return tips[Math.floor(tips.length * 0.6)] ?? TIP_SUGGESTED
  }

  return {
    eth_maxPriorityFeePerGas: () => quantity(suggestedTip()),
    eth_baseFee: () => quantity(baseFeeAfter(chain.head)),
    // There are no blobs, so that their price stays at its least.
    eth_blobBaseFee: () => '0x1',
    eth_gasPrice: () => quantity(baseFeeAfter(chain.head) + suggestedTip()),
    eth_feeHistory: (params) => {
      const newest = blocks.get(readBlock(params[1])).header.number
      const count = Math.min(readLooseNumber(params[0], 'blockCount'), HISTORY_MAX, newest + 1)
      const percentiles = readPercentiles(params[2])
      const history: ShownBlock[] = []
      for (let height = newest - count + 1; height <= newest; height++)
        history.push(blocks.get({ by: 'number', number: height }))
      return feeHistory(history, newest - count + 1, percentiles)
    },
  }
}

function feeHistory(history: readonly ShownBlock[], oldest: number, percentiles: readonly number[]) {
  const last = history.at(-1)
  const baseFees = history.map(({ header }) => header.baseFeePerGas)
  if (last !== undefined) baseFees.push(nextBaseFee(last.header))
  return {
    oldestBlock: quantity(oldest),
    baseFeePerGas: baseFees.map(quantity),
    gasUsedRatio: history.map(({ header }) => header.gasUsed / header.gasLimit),
    baseFeePerBlobGas: baseFees.map(() => '0x1'),
    blobGasUsedRatio: history.map(() => 0),
    ...(percentiles.length > 0 && { reward: history.map((block) => rewardsOf(block, percentiles)) }),
  }
}

/** Tips at percentiles of the block's gas, by ascending tip. */
function rewardsOf(block: ShownBlock, percentiles: readonly number[]) {
  const tips = tipsOf(block).sort((a, b) => (a.tip < b.tip ? -1 : a.tip > b.tip ? 1 : 0))
  return percentiles.map((percentile) => {
    const threshold = (block.header.gasUsed * percentile) / 100
    let gas = 0
    const at = tips.find(({ gasUsed }) => {
      gas += gasUsed
      return gas >= threshold
    })
    return quantity(at?.tip ?? tips.at(-1)?.tip ?? 0n)
  })
}

function readPercentiles(value: unknown): number[] {
  let least = 0
  const read = (item: unknown, name: string) => {
    if (typeof item !== 'number' || !(item >= least && item <= 100)) {
      throw invalidParams(name, 'percentiles between 0 and 100, ascending')
    }
    least = item
    return item
  }
  return readArray(value ?? [], 'percentiles', read, PERCENTILES_MAX)
}
