/** A study of elections as one HTML page: charts first, then the numbers. It loads nothing. */

import { type Chart, escapeHtml, lines, pairedBars, percent, scatter } from './charts.ts'
import { captureLaw } from './law.ts'
import type { StudiedValidator, Study } from './study.ts'

/** Between the largest share and the smallest that has room on a chart. */
const SPAN = 1_000
const GROUPS_SHOWN = 12
const ROWS_SHOWN = 50
/** Sizes that the curves of capture go through: k = 2 mod 3. */
const CURVE_SIZES: readonly number[] = [5, 8, 11, 14, 17, 23, 32, 44, 65]

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6675; --paper: #fff; --grid: #e3e7ee; --s0: #2f6fde; --s1: #d9662b; --s2: #2a9d6a; --s3: #8a56c9; --s4: #b8961f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf2; --soft: #9aa5b5; --paper: #14181f; --grid: #2a313c; --s0: #7aa7ff; --s1: #ff9c66; --s2: #5fd3a0; --s3: #c19bff; --s4: #e6c65a; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 0 0 .25rem; } p { color: var(--soft); margin: .25rem 0 .75rem; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 2rem; }
svg { width: 100%; height: auto; } .grid { stroke: var(--grid); } .tick { font-size: 11px; fill: var(--soft); } .label { font-size: 12px; fill: var(--ink); }
.line { fill: none; stroke-width: 2; } .line.s0 { stroke: var(--s0); } .line.s1 { stroke: var(--s1); } .line.s2 { stroke: var(--s2); } .line.s3 { stroke: var(--s3); } .line.s4 { stroke: var(--s4); }
.series { font-size: 12px; } .series.s0, .bar.s0 { fill: var(--s0); } .series.s1, .bar.s1 { fill: var(--s1); } .series.s2 { fill: var(--s2); } .series.s3 { fill: var(--s3); } .series.s4 { fill: var(--s4); }
.dot { fill: var(--s1); fill-opacity: .45; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { text-align: right; padding: .15rem .75rem; border-bottom: 1px solid var(--grid); }
th:first-child, td:first-child { text-align: left; } .wide { grid-column: 1 / -1; overflow-x: auto; }`

export function studyPage(study: Study, source: string): string {
  const { options, validators } = study
  const able = validators.filter(({ weight }) => weight > 0n)
  const charts = [inclusionChart(study, able), lorenzChart(able), captureChart(study, able)]
  for (const [title, groups] of [
    ['By country', study.countries],
    ['By hosting', study.hosting],
  ] as const) {
    if (groups.length > 0) charts.push(groupChart(title, groups, options.sequencers))
  }
  const heading = `${options.sequencers} sequencers of ${able.length} validators, ${options.draws.toLocaleString('en')} draws`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(heading)}</title><style>${STYLE}</style></head>
<body><h1>${escapeHtml(heading)}</h1><p>Stakes of ${escapeHtml(source)}, seed ‘${escapeHtml(options.seed)}’. Drawn by the rule of the Beacon Layer: by weight, one after another, without replacement; weights are stakes, none above a fifth of all.</p>
<main>${charts.map(section).join('\n')}
<section class="wide"><h2>How far from the law</h2><p>${escapeHtml(describeWorst(study))}</p>${captureTable(study)}</section>
<section class="wide"><h2>The largest</h2>${validatorTable(able)}</section></main></body></html>
`
}

export function describeWorst({ worst, lawTotal, options }: Study): string {
  const law = `the law adds up to ${lawTotal.toFixed(9)} seats of ${options.sequencers}`
  if (worst === null) return `${law}; too few draws to judge anybody's share`
  const { index, z, p } = worst
  return `${law}; the worst deviation is ${z.toFixed(2)} standard deviations (stake ${index}), p = ${p.toFixed(3)} among so many`
}

function section({ title, note, svg }: Chart): string {
  return `<section><h2>${escapeHtml(title)}</h2><p>${escapeHtml(note)}</p>${svg}</section>`
}

function inclusionChart({ options }: Study, able: readonly StudiedValidator[]): Chart {
  const byShare = able.toSorted((a, b) => a.share - b.share)
  const largest = byShare.at(-1)!.share
  const smallest = Math.max(byShare[0]!.share, largest / SPAN)
  const x = {
    label: 'share of all weight',
    min: smallest,
    max: largest > smallest ? largest : smallest * 2,
    isLog: true,
    format: percent,
  }
  const isShown = ({ share }: StudiedValidator) => share >= smallest
  const most = Math.max(...able.flatMap(({ law, drawn }) => [law, drawn]))
  const rare = Math.max(1 / options.draws, most / SPAN) / 2
  const y = {
    label: 'draws with a seat',
    min: rare,
    max: Math.min(1, most * 1.2),
    isLog: true,
    format: percent,
  }
  return {
    title: 'Who gets a seat',
    note: `The line is the exact law, the dots are what ${options.draws.toLocaleString('en')} draws gave. The large get less than their share times ${options.sequencers}: nobody has two seats.`,
    svg: scatter(
      x,
      y,
      { name: 'law', points: byShare.filter(isShown).map(({ share, law }) => [share, law]) },
      able.filter(isShown).map(({ share, drawn }) => [share, drawn]),
    ),
  }
}

/** Of stake, and of the weight that is left of it. */
function lorenzChart(able: readonly StudiedValidator[]): Chart {
  const share = { format: percent, min: 0, max: 1 }
  const curve = (name: string, amountOf: (one: StudiedValidator) => number) => {
    const amounts = able.map(amountOf).sort((a, b) => b - a)
    const total = amounts.reduce((sum, amount) => sum + amount, 0)
    let sum = 0
    const points = amounts.map((amount, index) => {
      sum += amount
      return [(index + 1) / amounts.length, sum / total] as const
    })
    return { name, points: [[0, 0] as const, ...points] }
  }
  return {
    title: 'In how few hands',
    note: 'The part of all that the largest have together. Seats are spread wider than stakes: each has one at most.',
    svg: lines({ ...share, label: 'the largest validators' }, { ...share, label: 'have together' }, [
      curve('stake', ({ stake }) => Number(stake)),
      curve('seats', ({ law }) => law),
    ]),
  }
}

function captureChart({ options }: Study, able: readonly StudiedValidator[]): Chart {
  const honest = able.map(({ share }) => share)
  const sizes = CURVE_SIZES.filter((size) => size <= able.length)
  const curves = options.adversaries.map((share) => ({
    name: `${percent(share)} of the weight`,
    points: sizes.map((size) => {
      const fork = 2 * (Math.floor((2 * size) / 3) + 1) - size
      const adversary = { share, validators: Number.POSITIVE_INFINITY }
      return [size, captureLaw(honest, adversary, size, fork)] as const
    }),
  }))
  const seen = curves.flatMap(({ points }) => points.map(([, probability]) => probability))
  const y = {
    label: 'can sign two chains',
    isLog: true,
    min: Math.max(1e-9, Math.min(...seen)),
    max: Math.max(...seen, 1e-6),
    format: (value: number) => (value >= 0.001 ? percent(value) : value.toExponential(0)),
  }
  const x = {
    label: 'seats',
    min: sizes[0]!,
    max: Math.max(sizes.at(-1)!, sizes[0]! + 1),
    format: (value: number) => value.toFixed(0),
  }
  return {
    title: 'How likely a committee is captured',
    note: 'By an adversary with many small validators, who needs two quorums between its own votes and the others’. Five seats are an economic promise; the record on the Beacon Layer is the statistical one.',
    svg: lines(x, y, curves),
  }
}

function groupChart(title: string, groups: Study['countries'], sequencers: number): Chart {
  return {
    title,
    note: 'The part of all stake, and of the committee on average.',
    svg: pairedBars(
      groups
        .slice(0, GROUPS_SHOWN)
        .map(({ name, stakeShare, seats }) => ({ name, values: [stakeShare, seats / sequencers] })),
      ['of the stake', 'of the seats'],
    ),
  }
}

function captureTable({ captures }: Study): string {
  const rows = captures.map(({ adversary, validators, sequencers, fork, halt }) => [
    percent(adversary),
    Number.isFinite(validators) ? String(validators) : 'very many',
    String(sequencers),
    `${odds(fork.probability)} (${fork.seats} seats)`,
    `${odds(halt.probability)} (${halt.seats} seats)`,
  ])
  return htmlTable(['adversary', 'validators', 'seats', 'can sign two chains', 'can halt'], rows)
}

function validatorTable(able: readonly StudiedValidator[]): string {
  const rows = able
    .toSorted((a, b) => b.share - a.share)
    .slice(0, ROWS_SHOWN)
    .map(({ index, share, law, drawn, z }) => [
      `stake ${index}`,
      percent(share),
      percent(law),
      percent(drawn),
      z.toFixed(2),
    ])
  return htmlTable(['', 'of all weight', 'law', 'drawn', 'deviations'], rows)
}

export function odds(probability: number): string {
  if (probability === 0) return 'never'
  return probability >= 0.0001 ? percent(probability) : probability.toExponential(1)
}

function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]) =>
    row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')
  return `<table><tr>${cells('th', head)}</tr>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('')}</table>`
}
