/** A report for people: the same tables for a terminal, and as markdown for a pull request. */

import type { Comparison } from './compare.ts'
import type { GasReport, GasStatistics, RollupReport } from './report.ts'
import { type SortOrder, sortRows } from './sort.ts'

export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const GAS_COLUMNS = ['calls', 'reverted', 'min', 'average', 'median', 'max', 'share']

export function tablesOf({ rollups }: GasReport, order: SortOrder): Table[] {
  return rollups.flatMap((report) => tablesOfRollup(report, order))
}

export function renderText(tables: readonly Table[]): string[] {
  return tables.flatMap(({ title, columns, rows }, i) => [
    ...(i === 0 ? [] : ['']),
    title,
    ...align([columns, ...rows]),
  ])
}

export function renderMarkdown(tables: readonly Table[]): string {
  const sections = tables.map(({ title, columns, rows }) => {
    const rule = columns.map((_, i) => (i < textColumns(columns) ? '---' : '---:'))
    const cells = [columns, rule, ...rows.map((row) => row.map(escapeCell))]
    return [`### ${title}`, '', ...(rows.length === 0 ? [] : cells.map((row) => `| ${row.join(' | ')} |`))]
  })
  return `${sections.map((lines) => lines.join('\n').trimEnd()).join('\n\n')}\n`
}

export function comparisonLines({ changes, added, removed }: Comparison): string[] {
  return [
    ...changes.map(({ rollup, name, before, after, percent }) => {
      const sign = percent > 0 ? '+' : ''
      return `${rollup}: ${name} ${format(before)} -> ${format(after)} (${sign}${percent.toFixed(2)} %)`
    }),
    ...added.map((name) => `${name} is new`),
    ...removed.map((name) => `${name} was not called`),
  ]
}

function tablesOfRollup(report: RollupReport, order: SortOrder): Table[] {
  const { rollup, from, to, transactions, totalGas, methods, deployments, transfers } = report
  const blocks = to < from ? 'no blocks' : `blocks ${from} to ${to}`
  const title = `${rollup}, ${blocks}: ${format(transactions)} ${transactions === 1 ? 'transaction' : 'transactions'}, ${format(totalGas)} gas`
  const calls = sortRows(methods, order).map((row) => [row.contract, row.method, ...gasCells(row)])
  if (transfers !== null) calls.push(['transfers', '', ...gasCells(transfers)])
  const made = sortRows(deployments, order).map((row) => [
    row.contract,
    row.sizeBytes === null ? '' : format(row.sizeBytes),
    row.sizeShare === null ? '' : percent(row.sizeShare),
    ...gasCells(row),
  ])
  const tables: Table[] = [
    { title, columns: calls.length === 0 ? [] : ['contract', 'method', ...GAS_COLUMNS], rows: calls },
  ]
  if (made.length > 0)
    tables.push({
      title: `${rollup}, deployments`,
      columns: ['contract', 'bytes', 'of EIP-170', ...GAS_COLUMNS],
      rows: made,
    })
  return tables
}

function gasCells({
  calls,
  reverted,
  minGas,
  averageGas,
  medianGas,
  maxGas,
  share,
}: GasStatistics): string[] {
  const gas = [minGas, averageGas, medianGas, maxGas].map((value) => (calls === 0 ? '' : format(value)))
  return [format(calls), format(reverted), ...gas, percent(share)]
}

const format = (value: number) => value.toLocaleString('en-US')
const percent = (share: number) => `${(share * 100).toFixed(1)} %`
const escapeCell = (text: string) => text.replaceAll('|', '\\|')

/** Of names, which stand to the left; numbers stand to the right. */
function textColumns(columns: readonly string[]): number {
  return columns[1] === 'method' ? 2 : 1
}

function align(rows: readonly (readonly string[])[]): string[] {
  const [columns = []] = rows
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)))
  const lefts = textColumns(columns)
  return columns.length === 0
    ? []
    : rows.map((row) =>
        row
          .map((cell, i) => (i < lefts ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
          .join('  ')
          .trimEnd(),
      )
}
