/** What is sent to a rollup that it must refuse, and the answers: in the words of geth where clients look for them. */

import { type TransactionLike, toQuantity } from 'ethers'

export const FRESH = `0x${'aa'.repeat(20)}`
const LEGACY = { type: 0, gasPrice: 10n ** 10n, maxFeePerGas: null, maxPriorityFeePerGas: null }
const HASH = `0x${'11'.repeat(32)}`

/** Title, body, code. */
export const BAD_MESSAGES: readonly [string, string, number][] = [
  ['nothing', '', -32700],
  ['half an object', '{"jsonrpc":"2.0","method":', -32700],
  ['text', 'eth_chainId', -32700],
  ['a number', '17', -32600],
  ['null', 'null', -32600],
  ['an empty batch', '[]', -32600],
  ['another version', '{"jsonrpc":"1.0","id":1,"method":"eth_chainId","params":[]}', -32600],
  ['no version', '{"id":1,"method":"eth_chainId","params":[]}', -32600],
  ['a method that is no text', '{"jsonrpc":"2.0","id":1,"method":7}', -32600],
  ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"eth_chainId"}', -32600],
  ['a batch that is too long', `[${Array(1_001).fill(request('eth_chainId', [])).join()}]`, -32600],
  ['deep nesting', nested(100_000), -32600],
  ['a call nested deeply', `{"jsonrpc":"2.0","id":1,"method":"eth_call","params":${nested(5_000)}}`, -32600],
  ['parameters by name', '{"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":{"a":1}}', -32602],
  ['filter parameters by name', '{"jsonrpc":"2.0","id":1,"method":"eth_newFilter","params":{}}', -32602],
]

/** Title, method, parameters, code, message. */
export const BAD_CALLS: readonly [string, string, unknown[], number, RegExp][] = [
  ['no address', 'eth_getBalance', [], -32602, /address/],
  ['a short address', 'eth_getBalance', ['0x12', 'latest'], -32602, /address/],
  ['an unknown tag', 'eth_getBalance', [FRESH, 'soon'], -32602, /block/],
  ['an unknown tag', 'eth_getBlockByNumber', ['newest', false], -32602, /block/],
  ['a decimal block number', 'eth_getBlockByNumber', ['12', false], -32602, /block/],
  ['a number with leading zeros', 'eth_getBlockByNumber', ['0x01', false], -32602, /quantity/],
  ['a negative number', 'eth_getBlockByNumber', [-1, false], -32602, /block/],
  ['a block that is not there yet', 'eth_getBalance', [FRESH, '0xffffffff'], -32000, /^header not found$/],
  [
    'a block hash that is not there',
    'eth_call',
    [{ to: FRESH }, HASH],
    -32000,
    /^header for hash not found$/,
  ],
  ['a short hash', 'eth_getTransactionReceipt', ['0x1234'], -32602, /hash/],
  ['no call', 'eth_call', [], -32602, /transaction/],
  ['call data that is no hex', 'eth_call', [{ to: FRESH, data: '0xzz' }], -32602, /data/],
  ['data that differ', 'eth_call', [{ to: FRESH, data: '0x01', input: '0x02' }], -32602, /input and data/],
  ['a transaction that is no hex', 'eth_sendRawTransaction', ['transaction'], -32602, /transaction/],
  ['no transaction', 'eth_sendRawTransaction', [], -32602, /transaction/],
  ['a key that is too long', 'eth_getStorageAt', [FRESH, `0x${'1'.repeat(65)}`], -32602, /slot/],
  ['percentiles in disorder', 'eth_feeHistory', ['0x1', 'latest', [50, 10]], -32602, /percentiles/],
  ['an unknown filter', 'eth_getFilterChanges', ['0x1'], -32000, /^filter not found$/],
  ['criteria that are no object', 'eth_newFilter', [7], -32602, /criteria/],
  ['a subscription over HTTP', 'eth_subscribe', ['newHeads'], -32000, /^notifications not supported/],
  ['an account of nobody', 'eth_sendTransaction', [{ from: FRESH }], -32000, /^unknown account/],
  ['reversed ranges', 'eth_getLogs', [{ fromBlock: '0x1', toBlock: '0x0' }], -32602, /^invalid block range/],
  ['ranges beyond the head', 'eth_getLogs', [{ toBlock: '0xffffff' }], -32602, /beyond current head/],
  ['a block and a range', 'eth_getLogs', [{ blockHash: HASH, fromBlock: '0x0' }], -32602, /fromBlock/],
  ['logs of an unknown block', 'eth_getLogs', [{ blockHash: HASH }], -32000, /not found$/],
  ['too many addresses', 'eth_getLogs', [{ address: Array(300).fill(FRESH) }], -32602, /address/],
  ['too many topics', 'eth_getLogs', [{ topics: [[], [], [], [], []] }], -32602, /topics/],
  ['too many slots', 'eth_getProof', [FRESH, Array(1_001).fill('0x0')], -32602, /slots/],
  [
    'value that nobody has',
    'eth_call',
    [{ from: FRESH, to: FRESH, value: toQuantity(2n ** 200n) }],
    -32000,
    /^insufficient funds/,
  ],
]

/** Title, what is changed in a good transaction of type 2 without value or data, message; the code is -32000. */
export const BAD_TRANSACTIONS: readonly [string, TransactionLike, RegExp][] = [
  ['for another chain', { chainId: 1 }, /^invalid chain id for signer: have 1 want 7700001$/],
  ['of another chain, in the old format', { ...LEGACY, chainId: 1 }, /^invalid chain id for signer/],
  ['without replay protection', { ...LEGACY, chainId: 0 }, /^only replay-protected \(EIP-155\)/],
  ['with too little gas', { gasLimit: 20_999 }, /^intrinsic gas too low: gas 20999, minimum needed 21000$/],
  [
    'with too little gas for its data',
    { gasLimit: 25_000, data: `0x${'01'.repeat(200)}` },
    /^insufficient gas for floor data gas cost/,
  ],
  ['above the block gas limit', { gasLimit: 2n ** 40n }, /^exceeds block gas limit$/],
  ['whose value nobody has', { value: 10n ** 30n }, /^insufficient funds for gas \* price \+ value/],
  ['whose fee nobody can pay', { maxFeePerGas: 10n ** 30n }, /^insufficient funds for gas \* price \+ value/],
  [
    'with too much initcode',
    { to: null, gasLimit: 5_000_000, data: `0x${'00'.repeat(49_153)}` },
    /^max initcode size exceeded: code size 49153, limit 49152$/,
  ],
  ['larger than a block', { gasLimit: 5_000_000, data: `0x${'00'.repeat(60_000)}` }, /^oversized data/],
  [
    'with blobs',
    { type: 3, blobVersionedHashes: [`0x01${'00'.repeat(31)}`], maxFeePerBlobGas: 1n },
    /^transaction type not supported/,
  ],
  ['far ahead of its account', { nonce: 5_000 }, /^nonce too high/],
]

export function request(method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
}

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`
}
