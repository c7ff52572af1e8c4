/** `npm run fuzz:evm -- [cases] [first seed]`: random transactions through both EVMs until they differ; three transactions make a case. */

import { createDifferential } from './differential.ts'

const [cases = 100_000, first = 1] = process.argv.slice(2).map(Number)
const { compare, ends } = await createDifferential()
let failed = 0
for (let seed = first; seed < first + cases && failed < 5; seed++) {
  const difference = await compare(seed)
  if (difference === null) continue
  failed++
  process.stdout.write(`${difference}\n`)
}
const kinds = [...ends].sort(([, a], [, b]) => b - a).map(([end, count]) => `${end} ${count}`)
process.stdout.write(`seeds ${first} to ${first + cases - 1}: ${failed} differ\nends: ${kinds.join(', ')}\n`)
process.exitCode = failed > 0 ? 1 : 0
