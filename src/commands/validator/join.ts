import { Flags } from '@oclif/core'
import { parsePercent } from '../../cli/action-command.ts'
import { formatTokens, parseTokens } from '../../cli/amounts.ts'
import { ACTION_REFUSED } from '../../cli/ask-action.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { followed, funded, registered, serving } from '../../cli/join/follow-network.ts'
import { type JoinedNode, startJoinedNode } from '../../cli/join/joined-node.ts'
import { prepareNodeFolder } from '../../cli/join/node-folder.ts'
import { checkTerms, registrationOf } from '../../cli/register-validator.ts'
import { sendAction } from '../../cli/send-action.ts'
import { accountOfEnvironment, KEY_VARIABLE } from '../../cli/signing-account.ts'
import { identityOf, type ValidatorIdentity } from '../../devnet/validator-keys.ts'
import type { Hex } from '../../primitives/bytes.ts'
import { formatPeerAddress } from '../../primitives/peer-address.ts'
import type { SeatReport } from '../../primitives/process-messages.ts'

interface Staker {
  readonly address: Hex
  readonly privateKey: Hex
}

export default class ValidatorJoin extends BaseCommand {
  static override readonly summary =
    'Run a node of a network that somebody else runs, and stake it: in the foreground, with keys of its own.'
  static override readonly description =
    `The node believes the genesis and what its validators have certified since, whoever it is connected to. With --stake it registers as a validator once it has caught up, for the account of ${KEY_VARIABLE}, or else one of its own, and waits until that has the tokens; it serves three epochs later. Ctrl-C stops it; started again on the same folder it goes on where it was.`
  static override readonly examples = [
    {
      description: 'Where `beacon devnet up --host 10.0.0.1` runs, `devnet status` shows such addresses.',
      command:
        '<%= config.bin %> validator join --peer beacon://KEY@10.0.0.1:4001 --genesis genesis.json --host 10.0.0.2',
    },
    {
      description: 'On the folder of the last time, at fixed ports, and staked.',
      command:
        '<%= config.bin %> validator join --data my-validator --port 4100 --rpc-port 7546 --stake 32000 --commission 3%',
    },
    {
      description: 'With every block since the genesis, executed by itself.',
      command:
        '<%= config.bin %> validator join --peer beacon://KEY@10.0.0.1:4001 --genesis genesis.json --sync genesis',
    },
  ]
  static override readonly flags = {
    peer: Flags.string({
      summary: 'a validator that it begins with; it finds the others (those of the last time)',
      multiple: true,
      helpValue: 'ADDRESS',
    }),
    genesis: Flags.string({
      summary: "a copy of the network's genesis.json (the one of the last time)",
      helpValue: 'FILE',
    }),
    data: Flags.string({
      summary: 'its folder, for keys, chain and log',
      default: 'beacon-validator',
      helpValue: 'DIR',
    }),
    host: Flags.string({
      summary: 'the address of this machine where it listens for peers',
      default: '127.0.0.1',
      helpValue: 'IP',
    }),
    port: Flags.integer({
      summary: 'where it listens for peers (0: any)',
      default: 0,
      min: 0,
      max: 65_535,
      helpValue: 'N',
    }),
    'rpc-port': Flags.integer({
      summary: 'where it answers JSON-RPC, on this machine only (0: any)',
      default: 0,
      min: 0,
      max: 65_535,
      helpValue: 'N',
    }),
    sync: Flags.option({
      summary:
        'how it makes up for epochs it has missed: by the state after one of them, which it checks by certificates, or by every block',
      options: ['snapshot', 'genesis'] as const,
      default: 'snapshot',
    })(),
    stake: Flags.string({ summary: 'register with so many tokens', helpValue: 'AMOUNT' }),
    commission: Flags.string({
      summary: "what it keeps of its delegators' rewards",
      default: '5%',
      helpValue: 'PERCENT',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(ValidatorJoin)
    const stake = flags.stake === undefined ? null : parseTokens(flags.stake)
    const commissionBps = parsePercent(flags.commission)
    const folder = prepareNodeFolder({
      dir: flags.data,
      peers: flags.peer ?? [],
      genesisFile: flags.genesis,
      host: flags.host,
      port: flags.port,
      rpcPort: flags['rpc-port'],
      sync: flags.sync,
    })
    if (stake !== null) checkTerms({ stake, commissionBps }, folder.genesis.params.minStake)
    const identity = identityOf(folder.keys)
    const staker = accountOfEnvironment() ?? { address: identity.account, privateKey: folder.keys.account }
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
    const node = await startJoinedNode(folder, flags.timeout, {
      onSeat: (report) => this.#tellSeat(report),
      onSnapshot: (height) => this.output.note(`goes on from the snapshot at height ${height}`),
      stopped,
    })
    if (node === null) return
    const life = this.#live(node, identity, staker, { stake, commissionBps, timeoutMs: flags.timeout })
    try {
      await Promise.race([stopped, node.ended, life.then(() => new Promise<never>(() => {}))])
    } finally {
      await node.stop()
      // What it waited for is not going to happen.
      await life.catch(() => {})
    }
  }

  async #live(
    node: JoinedNode,
    identity: ValidatorIdentity,
    staker: Staker,
    wish: { readonly stake: bigint | null; readonly commissionBps: number; readonly timeoutMs: number },
  ): Promise<void> {
    const { rpc, peer, rpcUrl } = node
    this.output.note(`listens for peers at ${formatPeerAddress(peer)}`)
    const position = await followed(rpc, ({ height, epoch }) =>
      this.output.note(`catches up: block ${height} of epoch ${epoch}`),
    )
    const known = await registered(rpc, identity.voteSigner.publicKey)
    this.report(
      {
        account: staker.address,
        peer: formatPeerAddress(peer),
        rpcUrl,
        ...position,
        validator: known?.index ?? null,
      },
      () =>
        this.output.print(
          `follows the network at block ${position.height} of epoch ${position.epoch}, and answers at ${rpcUrl}`,
        ),
    )
    this.output.note('Ctrl-C stops it')
    if (known === null && wish.stake === null) return
    const index =
      known?.index ?? (await this.#register(node, identity, staker, { ...wish, stake: wish.stake! }))
    const epoch = await serving(rpc, index)
    this.output.note(`serves as validator ${index} in epoch ${epoch}`)
  }

  async #register(
    { rpc }: JoinedNode,
    identity: ValidatorIdentity,
    { address, privateKey }: Staker,
    wish: { readonly stake: bigint; readonly commissionBps: number; readonly timeoutMs: number },
  ): Promise<number> {
    const { stake, commissionBps, timeoutMs } = wish
    const status = (await rpc.request('beacon_getStatus')) as {
      chainId: number
      params: { actionFee: string }
    }
    await funded(rpc, address, stake + BigInt(status.params.actionFee), () =>
      this.output.note(`waits for ${formatTokens(stake)} tokens and a fee on ${address}`),
    )
    const registration = { account: address, stake, commissionBps, chainId: status.chainId }
    const receipt = await sendAction(rpc, registrationOf(identity, registration), privateKey, timeoutMs)
    if (receipt.refusal !== null) throw ACTION_REFUSED({ refusal: receipt.refusal })
    const { index } = (await registered(rpc, identity.voteSigner.publicKey))!
    this.output.note(`is registered as validator ${index}, by Beacon block ${receipt.height}`)
    return index
  }

  #tellSeat({ rollup, seat, epoch, rpcUrl }: SeatReport): void {
    if (rpcUrl !== null) this.output.note(`has seat ${seat} of rollup ${rollup.name} in epoch ${epoch}`)
  }
}
