import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { percent } from '../../cli/election/charts.ts'
import { readStakeFile } from '../../cli/election/stake-file.ts'
import { type Capture, type Study, studyElections } from '../../cli/election/study.ts'
import { describeWorst, odds, studyPage } from '../../cli/election/study-page.ts'
import { USAGE } from '../../cli/failure.ts'
import { table } from '../../cli/output.ts'
import { prepareFolderOf, writeReport } from '../../cli/write-report.ts'

const SHARES_DEFAULT = [0.1, 0.2, 0.3]
const GROUPS_PRINTED = 5

export default class ElectionSimulate extends BaseCommand {
  static override readonly summary =
    'Draw committees from a file of stakes, over and over, and see who gets seats.'
  static override readonly description =
    'With the draw that the Beacon Layer uses. Beside what came of it stand the exact law, how concentrated stakes and seats are, and how likely an adversary captures a committee. Needs no network.'
  static override readonly examples = [
    '<%= config.bin %> election simulate --stakes stakes.csv',
    '<%= config.bin %> election simulate --stakes validators.json --sequencers 17 --draws 100000 --report draws.html',
    {
      description: 'Somebody with a quarter of the weight; only stakes of a million and more are drawn.',
      command:
        '<%= config.bin %> election simulate --stakes stakes.csv --adversary 25% --min-stake 1000000 --seed other --json',
    },
  ]
  static override readonly flags = {
    stakes: Flags.string({ summary: 'lines of numbers, or JSON', helpValue: 'FILE', required: true }),
    sequencers: Flags.integer({
      summary: 'seats of the committee',
      default: 5,
      min: 1,
      max: 100,
      helpValue: 'N',
    }),
    draws: Flags.integer({
      summary: 'how often to draw',
      default: 10_000,
      min: 1,
      max: 10_000_000,
      helpValue: 'N',
    }),
    seed: Flags.string({ summary: 'gives the same draws again', default: 'beacon', helpValue: 'TEXT' }),
    adversary: Flags.string({ summary: 'its share of the weight (10, 20 and 30 %)', helpValue: 'PERCENT' }),
    'min-stake': Flags.string({
      summary: "in the file's unit; those with less aren't drawn (0)",
      helpValue: 'AMOUNT',
    }),
    report: Flags.string({ summary: 'write charts and tables there, as one HTML page', helpValue: 'FILE' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(ElectionSimulate)
    const minStake = flags['min-stake'] ?? '0'
    if (!/^\d{1,36}$/.test(minStake)) throw usage(`--min-stake is a whole number, not '${minStake}'`)
    if (flags.report !== undefined) prepareFolderOf(flags.report)
    const study = studyElections(readStakeFile(flags.stakes), {
      sequencers: flags.sequencers,
      draws: flags.draws,
      seed: flags.seed,
      minStake: BigInt(minStake),
      adversaries: flags.adversary === undefined ? SHARES_DEFAULT : [parseShare(flags.adversary)],
    })
    if (flags.report !== undefined) writeReport(flags.report, studyPage(study, flags.stakes))
    this.report(toResult(study, flags.report ?? null), () => {
      for (const line of describe(study)) this.output.print(line)
      if (flags.report !== undefined) this.output.print(`charts are in ${flags.report}`)
    })
  }
}

function parseShare(text: string): number {
  const match = /^(\d{1,2}(?:\.\d{1,4})?)\s*%?$/.exec(text)
  if (match === null || Number(match[1]) === 0)
    throw usage(`--adversary is a percentage above 0, not '${text}'`)
  return Number(match[1]) / 100
}

function usage(problem: string) {
  return USAGE({ problem, help: 'beacon election simulate --help' })
}

/** JSON has no infinity: null stands for very many validators. */
function toResult({ validators, captures, options, ...study }: Study, report: string | null) {
  return {
    sequencers: options.sequencers,
    draws: options.draws,
    seed: options.seed,
    ...study,
    captures: captures.map((capture) => ({
      ...capture,
      validators: Number.isFinite(capture.validators) ? capture.validators : null,
    })),
    validators: validators.map((one) => ({ ...one, stake: String(one.stake), weight: String(one.weight) })),
    report,
  }
}

function describe(study: Study): string[] {
  const { options, validators, drawsPerSecond, concentration, captures, countries, hosting, bias } = study
  const able = validators.filter(({ weight }) => weight > 0n)
  const { stake, weight } = concentration
  const most = able.toSorted((a, b) => b.share - a.share).slice(0, GROUPS_PRINTED)
  const grouped = [
    ['country', countries],
    ['hosting', hosting],
  ] as const
  return [
    `${options.draws} draws of ${options.sequencers} of ${able.length}, ${Math.round(drawsPerSecond)} a second`,
    describeWorst(study),
    ...table(
      most.map(({ index, share, law, drawn }) => [
        `stake ${index}`,
        `${percent(share)} of the weight`,
        `law ${percent(law)}`,
        `drawn ${percent(drawn)}`,
      ]),
    ),
    `to halt all it takes ${stake.nakamotoThird} by stake, ${weight.nakamotoThird} by weight; to decide all ${stake.nakamotoTwoThirds} and ${weight.nakamotoTwoThirds}`,
    `Gini ${stake.gini.toFixed(3)} of stakes, ${weight.gini.toFixed(3)} of weights`,
    ...grouped.flatMap(([what, groups]) =>
      table(
        groups
          .slice(0, GROUPS_PRINTED)
          .map(({ name, stakeShare, seats }) => [
            `${what} ${name}`,
            `${percent(stakeShare)} of the stake`,
            `${seats.toFixed(2)} seats`,
          ]),
      ),
    ),
    ...table(
      captures
        .filter(isPossible)
        .map(({ adversary, validators: split, sequencers, fork, halt }) => [
          `${percent(adversary)} in ${Number.isFinite(split) ? split : 'very many'}`,
          `${sequencers} seats`,
          `two chains ${odds(fork.probability)}`,
          `halt ${odds(halt.probability)}`,
        ]),
    ),
    ...bias.map(({ adversary, factor }) =>
      factor === null
        ? `with ${percent(adversary)} the randomness is the adversary's`
        : `who proposes ${percent(adversary)} of the blocks raises none of this by more than ${factor.toFixed(2)} times`,
    ),
  ]
}

/** The few that the cap allows may be too few for any harm. */
function isPossible({ fork, halt }: Capture): boolean {
  return fork.probability > 0 || halt.probability > 0
}
