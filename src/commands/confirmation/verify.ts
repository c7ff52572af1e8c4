import { Args, Flags, type Interfaces } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { FILE_UNREADABLE, fetchConfirmation, readConfirmationFile } from '../../cli/get-confirmation.ts'
import { JUNIT_FLAG, withJUnit } from '../../cli/junit.ts'
import { CHECK_FAILED, LightClient } from '../../cli/light-client.ts'
import { openNetwork } from '../../cli/network.ts'
import { DecodeError } from '../../primitives/codec.ts'
import { type SoftConfirmation, verifyConfirmation } from '../../rollup/confirmation.ts'
import { confirmationFromJson } from '../../rollup/confirmation-json.ts'

export default class ConfirmationVerify extends BaseCommand {
  static override readonly summary = 'Verify a soft confirmation without trusting the node that served it.'
  static override readonly description =
    'Trusts the genesis only: checks that the committee was elected by the rules, that two thirds of it signed the block, that the transaction is in it, and that the Beacon Layer recorded it.'
  static override readonly examples = [
    '<%= config.bin %> confirmation verify 0x7c5e… --rollup app',
    '<%= config.bin %> confirmation verify confirmation.json --junit reports/confirmation.xml',
  ]
  static override readonly args = {
    confirmation: Args.string({ required: true, description: 'hash of a transaction, or a file' }),
  }
  static override readonly flags = {
    rollup: Flags.string({ summary: 'look in this rollup only', helpValue: 'NAME' }),
    junit: JUNIT_FLAG,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfirmationVerify)
    const check = { suite: this.commandName, name: `the soft confirmation ${args.confirmation}` }
    await withJUnit(flags.junit, check, this.output, () => this.#verify(args, flags))
  }

  async #verify(
    args: Interfaces.InferredArgs<typeof ConfirmationVerify.args>,
    flags: Interfaces.InferredFlags<typeof ConfirmationVerify.flags & typeof BaseCommand.baseFlags>,
  ): Promise<void> {
    const folder = this.folder(flags)
    const network = await openNetwork(folder, flags.timeout)
    const deadline = Date.now() + flags.timeout
    const file = readConfirmationFile(args.confirmation)
    const json = file ?? (await fetchConfirmation(network, args.confirmation, flags.rollup, deadline))
    const confirmation = decode(json, args.confirmation)
    const client = new LightClient(folder.genesisFile, network.beacon)
    const { rollup, epoch, sub } = confirmation.header.instance
    const { committee, provenAt } = await client.proveCommittee(rollup, epoch, sub)
    const verdict = verifyConfirmation(confirmation, committee, client.scheme)
    if (!verdict.ok) throw CHECK_FAILED({ what: 'the soft confirmation', reason: verdict.flaw })
    const { blockHash, signers, transaction } = verdict
    if (file === null && transaction !== args.confirmation.toLowerCase()) {
      throw CHECK_FAILED({ what: 'the soft confirmation', reason: `it is not of ${args.confirmation}` })
    }
    const record = await client.proveRecord(rollup, confirmation.header)
    const { height: number } = confirmation.header
    const committeeResult = {
      seats: committee.members.map(({ validator }) => validator),
      root: committee.root,
      provenAt,
    }
    const result = {
      verified: true,
      block: { number, hash: blockHash },
      transaction,
      epoch,
      sub,
      signers,
      committee: committeeResult,
      record,
    }
    this.report(result, () => {
      const { members } = committee
      this.output.print(
        `verified: block ${number} ${blockHash}${transaction === null ? '' : ` with ${transaction}`}`,
      )
      this.output.print(
        `signed by ${signers.length} of the ${members.length} seats that were elected for epoch ${epoch}`,
      )
      this.output.print(
        record === null
          ? 'not recorded by the Beacon Layer yet'
          : `recorded in final Beacon block ${record.beaconHeight}`,
      )
    })
  }
}

function decode(json: unknown, source: string): SoftConfirmation {
  try {
    return confirmationFromJson(json)
  } catch (cause) {
    if (!(cause instanceof DecodeError)) throw cause
    throw FILE_UNREADABLE({ path: source, reason: cause.message }, cause)
  }
}
