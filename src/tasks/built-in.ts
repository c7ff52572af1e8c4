/** The tasks that every project has, made with the API that plugins use. */

import { task } from '../plugin/task.ts'
import { RUNGS } from '../primitives/ladder.ts'

const VALIDATOR = { name: 'validator', type: 'int', min: 0, description: 'its number' } as const
const AMOUNT = { name: 'amount', type: 'tokens', description: 'in tokens, as in 32000 or 0.5' } as const
const ALL = { name: 'all', description: 'whatever there is, instead of an amount' } as const
const FROM = {
  name: 'from',
  description:
    'who asks: a dev account, or a validator of this devnet, as in validator-2 (the key in BEACON_PRIVATE_KEY, or else dev account 0)',
} as const
const IN_ROLLUP = { name: 'rollup', description: 'look in this rollup only' } as const

const stakeReport = task(['stake', 'report'], 'Prints who has how much at stake, and which seats that won')
  .addFlag({ name: 'byWeight', description: 'heaviest first, instead of by index' })
  .setAction(() => import('./stake-report.ts'))

const stakeDelegate = task(['stake', 'delegate'], 'Puts tokens with a validator')
  .addPositionalArgument(VALIDATOR)
  .addPositionalArgument(AMOUNT)
  .addOption(FROM)
  .setAction(() => import('./stake-delegate.ts'))

const stakeUndelegate = task(['stake', 'undelegate'], 'Takes tokens out of a validator')
  .addPositionalArgument(VALIDATOR)
  .addPositionalArgument({ ...AMOUNT, optional: true })
  .addFlag(ALL)
  .addOption(FROM)
  .setAction(() => import('./stake-undelegate.ts'))

const stakeRedelegate = task(['stake', 'redelegate'], 'Moves tokens from one validator to another, at once')
  .addPositionalArgument(VALIDATOR)
  .addPositionalArgument({ name: 'to', type: 'int', min: 0, description: 'the other one' })
  .addPositionalArgument({ ...AMOUNT, optional: true })
  .addFlag(ALL)
  .addOption(FROM)
  .setAction(() => import('./stake-redelegate.ts'))

const stakeClaim = task(['stake', 'claim'], 'Has rewards paid out, and what was taken out and is free by now')
  .addPositionalArgument(VALIDATOR)
  .addOption(FROM)
  .setAction(() => import('./stake-claim.ts'))

const validatorList = task(
  ['validator', 'list'],
  'Lists the validators: their stakes, and how they stand',
).setAction(() => import('./validator-list.ts'))

const validatorJailed = task(
  ['validator', 'jailed'],
  'Tells who is jailed and until when, and who has lately been absent, for which validators are jailed',
).setAction(() => import('./validator-jailed.ts'))

const electionShow = task(['election', 'show'], 'Shows who was drawn to sequence a rollup, and how')
  .addPositionalArgument({ name: 'rollup', description: 'its name' })
  .addOption({ name: 'epoch', type: 'int', min: 0, description: 'the present one if left out' })
  .setAction(() => import('./election-show.ts'))

const electionAudit = task(
  ['election', 'audit'],
  'Draws many committees from the stakes of a devnet and compares them with the shares that the rules promise',
)
  .addOption({ name: 'rollup', description: 'whose committee size and minimum stake count; the first one' })
  .addOption({
    name: 'draws',
    type: 'int',
    default: 2_000,
    min: 1,
    max: 1_000_000,
    char: 'n',
    description: 'how many committees',
  })
  .addOption({ name: 'seed', default: 'audit', description: 'what the draws follow from' })
  .addOption({
    name: 'significance',
    type: 'number',
    default: 0.001,
    min: 0,
    max: 1,
    description: 'how unlikely an honest draw must be to be refuted',
  })
  .setAction(() => import('./election-audit.ts'))

const traceSlowest = task(['trace', 'slowest'], 'Prints the transactions that took longest to reach a rung')
  .addOption(IN_ROLLUP)
  .addOption({ name: 'rung', choices: RUNGS, default: 'soft', description: 'which rung' })
  .addOption({
    name: 'blocks',
    type: 'int',
    default: 100,
    min: 1,
    max: 100_000,
    description: 'so many blocks of each rollup',
  })
  .addOption({ name: 'top', type: 'int', default: 5, min: 1, description: 'only so many transactions' })
  .setAction(() => import('./trace-slowest.ts'))

const deploy = task('deploy', 'Deploys a compiled contract to a rollup, and waits until that is confirmed')
  .addPositionalArgument({ name: 'artifact', type: 'path', description: 'its JSON, from Hardhat or Foundry' })
  .addPositionalArgument({
    name: 'args',
    variadic: true,
    optional: true,
    description: 'of its constructor; lists and structs as JSON',
  })
  .addOption({ name: 'rollup', description: 'where to; the first one' })
  .addOption({ name: 'account', type: 'int', default: 0, description: 'index of the dev account that pays' })
  .addOption({ name: 'value', type: 'tokens', default: 0n, description: 'sent along, in ether' })
  .addOption({ name: 'until', choices: RUNGS, default: 'soft', description: 'the rung to wait for' })
  .setAction(() => import('./deploy.ts'))

const wait = task('wait', 'Waits until a transaction has reached a rung of the ladder')
  .addPositionalArgument({ name: 'tx', type: 'hash', description: 'hash of the transaction' })
  .addOption({ name: 'rung', choices: RUNGS, default: 'soft', description: 'which one' })
  .addOption(IN_ROLLUP)
  .setAction(() => import('./wait.ts'))

const watch = task(
  'watch',
  'Follows a devnet and tells plugins (hooks rollup, staking, election) what happens',
)
  .addOption({
    name: 'duration',
    type: 'int',
    min: 1,
    max: 86_400_000,
    description: 'end after so many ms, instead of with Ctrl-C',
  })
  .addFlag({ name: 'quiet', description: 'print nothing: plugins alone are told' })
  .setAction(() => import('./watch.ts'))

const faults = task(
  'faults',
  'Runs the faults that the configuration has for a devnet, and checks what it expects of them',
).setAction(() => import('./faults.ts'))

export const builtInTasks = {
  stakeReport,
  stakeDelegate,
  stakeUndelegate,
  stakeRedelegate,
  stakeClaim,
  validatorList,
  validatorJailed,
  electionShow,
  electionAudit,
  traceSlowest,
  deploy,
  wait,
  watch,
  faults,
}
