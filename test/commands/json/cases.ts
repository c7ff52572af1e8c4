/**
 * What each command is given to see that it answers as scripts rely on: with `--json`, one object. A new command needs a row, and each of
 * its text flags a place in `texts`; json.test.ts names what is missing, and makes the cases that follow from a command's definition by itself.
 *
 * Lines are what is typed after the command's words. {tx} was confirmed on the rollup app, {waiting} waits for an earlier nonce, {unknown}
 * was never sent; {node} is Node; {runtime} has the sources of {shipped}, and {next} may follow it; files are those of json/network.ts.
 */

export interface CommandCases {
  /** Done one after the other, in the order of this table, to make the network that all others are run on. */
  readonly first?: readonly string[]
  /** Done in any order while it runs. */
  readonly succeeds?: readonly string[]
  /** Done one after the other, in the order of this table, when all others are done. */
  readonly last?: readonly string[]
  /** Why it has nothing to answer, if none of these does. */
  readonly never?: string
  /** Done while the network runs, with the error's code, and the exit code where that isn't the error's. */
  readonly fails?: readonly (readonly [line: string, code: string, exitCode?: number])[]
  /** What it says so with when no devnet is running. Left out by those that need none. */
  readonly needsDevnet?: string
  /** Of each flag that takes a text: one that it refuses, and the code; 'any' if it takes all. */
  readonly texts?: Readonly<Record<string, readonly [text: string, code: string] | 'any'>>
}

const IN_ROLLUP = { rollup: ['nonsense', 'C104'] } as const
const TO_JUNIT = { junit: ['/dev/null/x.xml', 'D202'] } as const
const OF_TRANSACTION = [
  ['0x00', 'C108'],
  ['{unknown}', 'C109'],
] as const

export const COMMANDS: Readonly<Record<string, CommandCases>> = {
  accounts: { succeeds: [''] },
  'autocomplete fish': { succeeds: [''] },
  config: { succeeds: [''] },
  console: { never: 'it is a conversation, and refuses --json', fails: [['', 'C506']] },
  doctor: {
    succeeds: ['--name other', '--name other --junit doctor.xml'],
    fails: [['--dir /dev/null/x', 'C505']],
    texts: TO_JUNIT,
  },
  init: {
    succeeds: ['made --template rollup --name made'],
    fails: [
      ['.', 'C601'],
      ['/dev/null/x', 'C603'],
    ],
    texts: { name: ['Not/A/Name', 'C602'] },
  },
  plugins: { succeeds: [''] },
  'plugins install': {
    never: 'test/commands/user-plugins.test.ts does it, with plugins',
    fails: [
      ['./nothing', 'C123'],
      ['Not/A/Name', 'C122'],
    ],
  },
  'plugins link': {
    never: 'test/commands/user-plugins.test.ts does it, with plugins',
    fails: [['./nothing', 'C125']],
  },
  'plugins uninstall': {
    never: 'test/commands/user-plugins.test.ts does it, with plugins',
    fails: [['nothing', 'C121']],
  },
  'plugins update': { succeeds: [''] },
  tasks: { succeeds: ['', 'stake', 'nonsense'] },
  run: {
    succeeds: ['', 'stake'],
    fails: [
      ['nonsense', 'X104'],
      ['stake nonsense', 'X104'],
      ['stake --nonsense', 'X104'],
    ],
    // Without a task there is nothing to write.
    texts: { junit: 'any' },
  },
  exec: {
    // What the program prints goes to stderr.
    succeeds: ['--validators 5 -- {node} --version'],
    fails: [
      ['', 'C101'],
      ['-- no-such-program', 'C501'],
      ['--validators 5 -- {node} --eval process.exit(7)', 'C502', 7],
    ],
    texts: { rollup: ['Not_A_Name -- {node} --version', 'D502'], seed: 'any', logs: 'any', name: 'any' },
  },

  'devnet up': {
    first: ['--detach --ports auto --validators 5 --rollup app'],
    fails: [
      ['', 'D301'],
      ['--detach', 'D301'],
      ['--name Not_A_Name', 'D201'],
      ['--name other --validators 4', 'D501'],
      ['--name other --epoch-blocks 1 --detach', 'D507'],
      ['--dir /dev/null/x', 'D202'],
    ],
    texts: {
      rollup: ['Not_A_Name --name other', 'D502'],
      seed: 'any',
      l1: ['ganache --name other', 'D503'],
      host: ['0.0.0.0 --name other', 'D510'],
    },
  },
  'rollup create': {
    first: ['game --block-time 500 --chain-id 4242 --min-stake 0.5 --vm ethereumjs'],
    fails: [
      ['app', 'C303'],
      ['Not_A_Name', 'C305'],
      ['other --sequencers 0', 'C301'],
      ['other --sequencers 99', 'C302'],
      ['other --min-stake 999999999', 'C302'],
      ['other --chain-id 4242', 'C304'],
      ['other --chain-id 1', 'C305'],
      ['other --lifetime 1s', 'C305'],
    ],
    needsDevnet: '',
    texts: { 'block-time': ['soon', 'C101'], 'min-stake': ['much', 'C107'], lifetime: ['soon', 'C101'] },
  },
  'rollup list': { succeeds: ['', '--all'], needsDevnet: '' },
  'rollup inspect': {
    succeeds: ['app', 'app --export viem', 'app --export foundry --out foundry.toml'],
    fails: [
      ['nonsense', 'C104'],
      ['nonsense --export viem', 'C104'],
      ['app --export viem --out package.json', 'C503'],
      ['app --out chain.ts', 'C101'],
    ],
    needsDevnet: 'app',
    texts: { out: ['/dev/null/x --export viem', 'C504'] },
  },
  'stake delegate': {
    first: ['2 500'],
    fails: [
      ['2 0', 'C311'],
      ['2 999999999', 'C311'],
      ['99 1', 'C311'],
      ['2 much', 'C107'],
    ],
    needsDevnet: '2 500',
    texts: { from: ['nobody', 'C309'] },
  },
  'stake redelegate': {
    first: ['2 3 100'],
    fails: [['2 2 100', 'C311']],
    needsDevnet: '2 3 100',
    texts: { from: ['nobody', 'C309'] },
  },
  'stake undelegate': {
    first: ['2 100'],
    fails: [['2 999999', 'C311']],
    needsDevnet: '2 all',
    texts: { from: ['nobody', 'C309'] },
  },
  'stake claim': {
    first: ['2'],
    fails: [['99', 'C311']],
    needsDevnet: '2',
    texts: { from: ['nobody', 'C309'] },
  },
  'stake show': {
    succeeds: ['', '--from validator-2'],
    needsDevnet: '',
    texts: { from: ['nobody', 'C309'] },
  },
  'validator list': { succeeds: [''], needsDevnet: '' },
  'validator add': {
    last: ['--stake 40000 --commission 10%'],
    fails: [
      ['--stake 999999999', 'C311'],
      ['--commission 21%', 'C311'],
    ],
    needsDevnet: '',
    texts: { from: ['nobody', 'C309'], stake: ['much', 'C107'], commission: ['much', 'C101'] },
  },
  'validator join': {
    never: 'it stays in the foreground: test/devnet/join.test.ts does it',
    fails: [['', 'C333']],
    texts: {
      peer: ['nonsense', 'C331'],
      genesis: ['/dev/null/x', 'C333'],
      data: ['/dev/null/x', 'C333'],
      host: ['0.0.0.0', 'D510'],
      stake: ['much', 'C107'],
      commission: ['much', 'C101'],
    },
  },
  'validator commission': {
    last: ['5.5% --from validator-3'],
    fails: [
      ['5%', 'C311'],
      ['much', 'C101'],
    ],
    needsDevnet: '5%',
    texts: { from: ['nobody', 'C309'] },
  },
  'validator exit': {
    never: 'test/faults/staking.test.ts does it: five validators may not leave',
    fails: [['--from validator-3', 'C311']],
    needsDevnet: '',
    texts: { from: ['nobody', 'C309'] },
  },
  'validator unjail': {
    never: 'test/faults/staking.test.ts does it, with one that was jailed',
    fails: [['--from validator-3', 'C311']],
    needsDevnet: '',
    texts: { from: ['nobody', 'C309'] },
  },
  'runtime show': { succeeds: [''], needsDevnet: '' },
  'runtime build': {
    succeeds: ['{runtime} --out built.wasm'],
    fails: [
      ['.', 'C318'],
      ['broken', 'C322'],
      ['{runtime} --out /dev/null/x', 'C323'],
    ],
    texts: { out: ['/dev/null/x {runtime}', 'C323'] },
  },
  'runtime upgrade': {
    last: ['{next}'],
    fails: [
      ['nothing.wasm', 'C312'],
      ['package.json', 'C313'],
      ['{shipped}', 'C311'],
      ['{next} --from 0', 'C311'],
    ],
    needsDevnet: 'package.json',
    texts: { from: ['nobody', 'C309'] },
  },
  'runtime approve': {
    last: ['--from validator-1', '--all --wait'],
    fails: [
      ['', 'C317'],
      ['0x00 --from validator-1', 'C317'],
    ],
    needsDevnet: '',
    texts: { from: ['nobody', 'C309'] },
  },
  'election show': {
    succeeds: ['app', 'app --epoch 0'],
    fails: [
      ['nonsense', 'C104'],
      ['app --epoch 999999', 'C402'],
      ['app --epoch=-1', 'C101'],
    ],
    needsDevnet: 'app',
  },
  'election simulate': {
    succeeds: ['--stakes stakes.csv --draws 100', '--stakes stakes.csv --draws 100 --report report.html'],
    fails: [
      ['', 'C101'],
      ['--stakes nothing.csv', 'C320'],
      ['--stakes package.json', 'C320'],
      ['--stakes stakes.csv --sequencers 9', 'C321'],
      ['--stakes stakes.csv --draws 0', 'C101'],
    ],
    texts: {
      stakes: ['nothing.csv', 'C320'],
      seed: 'any',
      adversary: ['some --stakes stakes.csv', 'C101'],
      'min-stake': ['much --stakes stakes.csv', 'C101'],
      report: ['/dev/null/x --stakes stakes.csv', 'D202'],
    },
  },
  'election verify': {
    succeeds: ['app'],
    fails: [
      ['nonsense', 'C104'],
      ['app --epoch 999999', 'C402'],
    ],
    needsDevnet: 'app',
    texts: TO_JUNIT,
  },
  trace: {
    succeeds: ['{tx}', '{tx} --until beacon', '{waiting}'],
    fails: [
      ...OF_TRANSACTION,
      ['{tx} --rollup game', 'C109'],
      ['{waiting} --until soft --timeout 3000', 'C403'],
    ],
    needsDevnet: '{tx}',
    texts: IN_ROLLUP,
  },
  'confirmation get': {
    succeeds: ['{tx}'],
    fails: [...OF_TRANSACTION, ['{waiting} --timeout 3000', 'C402']],
    needsDevnet: '{tx}',
    texts: IN_ROLLUP,
  },
  'confirmation verify': {
    succeeds: ['{tx}', 'confirmation.json'],
    fails: [
      ...OF_TRANSACTION,
      ['tampered.json', 'C401'],
      ['nonsense.json', 'C110'],
      ['package.json', 'C110'],
      ['.', 'C110'],
      ['{waiting} --timeout 3000', 'C402'],
    ],
    needsDevnet: '{tx}',
    texts: { ...IN_ROLLUP, ...TO_JUNIT },
  },
  'confirmation wait': {
    succeeds: ['{tx}', '{tx} --rung beacon'],
    fails: [...OF_TRANSACTION, ['{waiting} --timeout 3000', 'C403']],
    needsDevnet: '{tx}',
    texts: { ...IN_ROLLUP, ...TO_JUNIT },
  },
  'devnet list': { succeeds: [''] },
  'devnet status': { succeeds: [''], needsDevnet: '' },
  'devnet logs': {
    succeeds: ['', 'l1 --lines 3'],
    fails: [
      ['--follow', 'C106'],
      ['nonsense', 'C105'],
      ['--lines=-1', 'C101'],
      ['--name other', 'C105'],
    ],
  },

  // One after the other on the same network, which the last one mends.
  'devnet fault delay': {
    last: ['validator-1 --ms 20 --jitter 5 --to validator-2'],
    fails: [
      ['validator-1', 'C101'],
      ['validator-1 --ms 0', 'C101'],
      ['l1 --ms 20', 'D702'],
    ],
    needsDevnet: 'validator-1 --ms 20',
    texts: { to: ['nonsense', 'D306'] },
  },
  'devnet fault drop': {
    last: ['validator-1 --percent 5'],
    fails: [['validator-1 --percent 101', 'C101']],
    needsDevnet: 'validator-1 --percent 5',
    texts: { to: ['nonsense', 'D306'] },
  },
  'devnet fault partition': {
    last: ['validator-1,validator-2 validator-3 --one-way'],
    fails: [
      ['validator-1 validator-1', 'D701'],
      ['validator-1,l1', 'D702'],
    ],
    needsDevnet: 'validator-1',
  },
  'devnet fault equivocate': {
    last: ['validator-1 --rollup app --beacon'],
    needsDevnet: 'validator-1',
    texts: { rollup: ['nonsense', 'D703'] },
  },
  'devnet fault withhold': {
    last: ['validator-1 --from all'],
    needsDevnet: 'validator-1',
    texts: { rollup: ['nonsense', 'D703'] },
  },
  'devnet fault slow-disk': { last: ['validator-1 --ms 5'], needsDevnet: 'validator-1 --ms 5' },
  'devnet fault pause': { last: ['validator-1'], fails: [['nonsense', 'D306']], needsDevnet: 'validator-1' },
  'devnet fault resume': { last: ['validator-1'], fails: [['nonsense', 'D306']], needsDevnet: 'validator-1' },
  'devnet fault kill': {
    last: ['validator-1 l1'],
    fails: [['nonsense', 'D306']],
    needsDevnet: 'validator-1',
  },
  'devnet fault heal': {
    last: ['validator-1', ''],
    fails: [['nonsense', 'D306']],
    needsDevnet: '',
  },

  'devnet restart': { last: ['validator-1'], fails: [['nonsense', 'D306']], needsDevnet: 'validator-1' },
  'devnet warp': {
    last: ['60', '--epochs 1'],
    fails: [
      ['', 'C101'],
      ['60 --epochs 1', 'C101'],
      ['0', 'C101'],
    ],
    needsDevnet: '60',
  },
  'devnet save': {
    last: ['network.tgz'],
    fails: [
      ['network.tgz --name other', 'D605'],
      ['/dev/null/x', 'D202'],
    ],
  },
  'devnet down': { last: [''], needsDevnet: '' },
  'devnet load': {
    last: ['network.tgz --name copy', 'network.tgz --replace'],
    // Each under a name of its own: they run at once, and a devnet is loaded by one at a time.
    fails: [
      ['nothing.tgz --name nothing', 'D602'],
      ['package.json --name package', 'D602'],
      ['package.json', 'D301'],
      ['package.json --name Not_A_Name', 'D201'],
    ],
  },
  // Last of all, and after the network was resumed in the foreground.
  'devnet prune': { last: [''] },
}

/** Of `beacon run`, for the tasks that every project has. */
export const TASKS: Readonly<Record<string, CommandCases>> = {
  'stake report': { succeeds: ['', '--by-weight', '--help'], needsDevnet: '' },
  // After those of the commands, which have put something there.
  'stake delegate': {
    first: ['2 500', '3 0.5 --from validator-2'],
    fails: [
      ['2 0', 'C311'],
      ['2 much', 'X105'],
      ['-1 5', 'X105'],
    ],
    needsDevnet: '2 500',
    texts: { from: ['nobody', 'C309'] },
  },
  'stake undelegate': {
    first: ['2 100', '3 --all --from validator-2'],
    fails: [
      ['2', 'X308'],
      ['2 100 --all', 'X308'],
      ['2 999999', 'C311'],
    ],
    needsDevnet: '2 --all',
    texts: { from: ['nobody', 'C309'] },
  },
  'stake redelegate': {
    first: ['2 4 100'],
    fails: [
      ['2 2 100', 'C311'],
      ['2 3', 'X308'],
    ],
    needsDevnet: '2 3 100',
    texts: { from: ['nobody', 'C309'] },
  },
  'stake claim': {
    first: ['2'],
    fails: [['99', 'C311']],
    needsDevnet: '2',
    texts: { from: ['nobody', 'C309'] },
  },
  'validator list': { succeeds: [''], needsDevnet: '' },
  'validator jailed': { succeeds: [''], needsDevnet: '' },
  'election show': {
    succeeds: ['app', 'app --epoch 0'],
    fails: [
      ['nonsense', 'C104'],
      ['app --epoch 999999', 'C402'],
    ],
    needsDevnet: 'app',
  },
  'election audit': {
    succeeds: ['--draws 50 --seed other', '--rollup game --draws 50'],
    fails: [
      ['--draws 50 --significance 1', 'X301'],
      ['--draws 0', 'X105'],
    ],
    needsDevnet: '',
    texts: { ...IN_ROLLUP, seed: 'any' },
  },
  'trace slowest': {
    succeeds: ['', '--rung notarized --blocks 5 --top 1'],
    fails: [
      ['--blocks 0', 'X105'],
      ['--top=-1', 'X105'],
    ],
    needsDevnet: '',
    texts: IN_ROLLUP,
  },
  deploy: {
    succeeds: ['empty.json --until notarized --value 0.5 --account 1'],
    fails: [
      ['nonsense.json', 'X305'],
      ['no-such-file.json', 'X305'],
      ['empty.json extra', 'X306'],
      ['empty.json --account 99', 'X303'],
      ['reverting.json', 'C102'],
    ],
    needsDevnet: 'empty.json',
    texts: IN_ROLLUP,
  },
  wait: {
    succeeds: ['{tx}'],
    fails: [
      ['0x00', 'X105'],
      ['{unknown}', 'C109'],
      ['{waiting} --timeout 3000', 'C403'],
    ],
    needsDevnet: '{tx}',
    texts: IN_ROLLUP,
  },
  faults: {
    never: 'test/faults/schedule.test.ts does it, with a configuration',
    fails: [['', 'X307']],
  },
  watch: {
    succeeds: ['--duration 500', '--duration 500 --quiet'],
    fails: [['--duration=-1', 'X105']],
    needsDevnet: '',
  },
}
