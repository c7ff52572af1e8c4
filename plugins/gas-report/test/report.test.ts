/** Statistics, tables and comparisons. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareReports } from '../src/compare.ts'
import { comparisonLines, renderMarkdown, renderText, tablesOf } from '../src/render.ts'
import { CODE_BYTES_MAX, type GasReport, ReportBuilder } from '../src/report.ts'
import { sortRows } from '../src/sort.ts'

function reportOf(build: (builder: ReportBuilder) => void): GasReport {
  const builder = new ReportBuilder()
  build(builder)
  return { schemaVersion: 1, devnet: 'test', rollups: [builder.build('app', 1, 9)] }
}

const used = (gasUsed: number, hasSucceeded = true) => ({ gasUsed, hasSucceeded })

const calls = (...gas: number[]) =>
  reportOf((builder) => {
    for (const one of gas) builder.addCall('Token', 'mint()', used(one))
  })

test('statistics are of what succeeded; totals and shares have what reverted too', () => {
  const [report] = reportOf((builder) => {
    for (const gas of [40, 10, 20, 30]) builder.addCall('Token', 'mint()', used(gas))
    builder.addCall('Token', 'mint()', used(100, false))
    builder.addTransfer(used(200))
  }).rollups
  assert.deepEqual(report!.methods, [
    {
      contract: 'Token',
      method: 'mint()',
      calls: 4,
      reverted: 1,
      minGas: 10,
      averageGas: 25,
      medianGas: 25,
      maxGas: 40,
      totalGas: 200,
      share: 0.5,
    },
  ])
  assert.equal(report!.transactions, 6)
  assert.equal(report!.totalGas, 400)
  assert.equal(report!.transfers!.share, 0.5)
})

test('the median of an odd number is the one in the middle', () => {
  assert.equal(calls(5, 1, 3).rollups[0]!.methods[0]!.medianGas, 3)
})

test('what never succeeded has no statistics, and doesn’t count in comparisons', () => {
  const failed = reportOf((builder) => builder.addCall('Token', 'mint()', used(70, false)))
  assert.equal(failed.rollups[0]!.methods[0]!.minGas, 0)
  assert.deepEqual(compareReports(failed, failed), { changes: [], added: [], removed: [] })
})

test('a deployment has its size, against what EIP-170 allows', () => {
  const [report] = reportOf((builder) => {
    builder.addDeployment('Token', CODE_BYTES_MAX / 2, used(900))
    builder.addDeployment('Token', null, used(100, false))
  }).rollups
  const [row] = report!.deployments
  assert.deepEqual([row!.sizeShare, row!.calls, row!.reverted], [0.5, 1, 1])
})

test('a comparison tells what changed, what is new and what is gone', () => {
  const before = reportOf((builder) => {
    builder.addCall('Token', 'mint()', used(100))
    builder.addCall('Token', 'burn()', used(100))
    builder.addCall('Token', 'old()', used(5))
    builder.addDeployment('Token', 10, used(1_000))
  })
  const after = reportOf((builder) => {
    builder.addCall('Token', 'mint()', used(110))
    builder.addCall('Token', 'burn()', used(100))
    builder.addCall('Token', 'new()', used(5))
    builder.addDeployment('Token', 10, used(900))
  })
  assert.deepEqual(comparisonLines(compareReports(before, after)), [
    'app: Token.mint() 100 -> 110 (+10.00 %)',
    'app: Token (deployment) 1,000 -> 900 (-10.00 %)',
    'app: Token.new() is new',
    'app: Token.old() was not called',
  ])
})

test('tables are aligned for a terminal, and markdown for a pull request', () => {
  const tables = tablesOf(calls(1_500), 'name')
  assert.deepEqual(renderText(tables), [
    'app, blocks 1 to 9: 1 transaction, 1,500 gas',
    'contract  method  calls  reverted    min  average  median    max    share',
    'Token     mint()      1         0  1,500    1,500   1,500  1,500  100.0 %',
  ])
  assert.equal(
    renderMarkdown(tables),
    [
      '### app, blocks 1 to 9: 1 transaction, 1,500 gas',
      '',
      '| contract | method | calls | reverted | min | average | median | max | share |',
      '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      '| Token | mint() | 1 | 0 | 1,500 | 1,500 | 1,500 | 1,500 | 100.0 % |',
      '',
    ].join('\n'),
  )
})

test('rows stand by name, or by size with names deciding between equals', () => {
  const row = (method: string, totalGas: number) => ({
    contract: 'Token',
    method,
    totalGas,
    calls: 1,
    medianGas: 1,
    maxGas: 1,
  })
  const rows = [row('b()', 1), row('c()', 2), row('a()', 1)]
  const order = (by: 'name' | 'total') => sortRows(rows, by).map(({ method }) => method)
  assert.deepEqual(order('name'), ['a()', 'b()', 'c()'])
  assert.deepEqual(order('total'), ['c()', 'a()', 'b()'])
})
