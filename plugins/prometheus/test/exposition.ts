/**
 * Reads Prometheus' text format (0.0.4) as strictly as its description is: every family has HELP and TYPE before its samples, all its lines
 * stand together, and no series is there twice. Throws at the first line that isn't so.
 */

import assert from 'node:assert/strict'

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly type: string
  readonly samples: Sample[]
}

const HELP = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) \S.*$/
const TYPE = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$/
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|[+-]Inf)$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/gy

export function parseExposition(text: string): Map<string, Family> {
  assert.ok(text.endsWith('\n'), 'the last line ends')
  const families = new Map<string, Family>()
  const series = new Set<string>()
  let helped = ''
  let present: [string, Family] | null = null
  for (const line of text.split('\n').filter((line) => line !== '')) {
    const [, help] = HELP.exec(line) ?? []
    const [, typed, type] = TYPE.exec(line) ?? []
    if (help !== undefined) helped = help
    else if (typed !== undefined) {
      assert.equal(typed, helped, `TYPE follows the HELP of its family: ${line}`)
      assert.ok(!families.has(typed), `a family is in one place: ${line}`)
      present = [typed, { type: type!, samples: [] }]
      families.set(...present)
    } else {
      const sample = parseSample(line)
      assert.ok(present !== null && belongs(sample.name, ...present), `a sample is in its family: ${line}`)
      const key = JSON.stringify([sample.name, sample.labels])
      assert.ok(!series.has(key), `a series is there once: ${line}`)
      series.add(key)
      present[1].samples.push(sample)
    }
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family)
  return families
}

function parseSample(line: string): Sample {
  const [, name, inner = '', value] = SAMPLE.exec(line) ?? assert.fail(`no line of the format: ${line}`)
  const labels: Record<string, string> = {}
  let length = 0
  for (const [whole, label, text] of inner.matchAll(LABEL)) {
    labels[label!] = text!
    length += whole.length
  }
  assert.equal(length, inner.length, `labels are well-formed: ${line}`)
  return { name: name!, labels, value: Number(value!.replace('Inf', 'Infinity')) }
}

function belongs(sample: string, family: string, { type }: Family): boolean {
  if (type !== 'histogram') return sample === family
  return [`${family}_bucket`, `${family}_sum`, `${family}_count`].includes(sample)
}

/** Buckets never fall, and the last one, +Inf, is the count. */
function checkHistogram(name: string, { samples }: Family): void {
  const counts = samples.filter((sample) => sample.name === `${name}_count`)
  for (const { labels, value } of counts) {
    const buckets = samples.filter(
      (sample) =>
        sample.name === `${name}_bucket` &&
        Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
    )
    const values = buckets.map((bucket) => bucket.value)
    assert.deepEqual(
      values,
      values.toSorted((a, b) => a - b),
      `buckets of ${name} never fall`,
    )
    assert.equal(buckets.at(-1)!.labels.le, '+Inf')
    assert.equal(buckets.at(-1)!.value, value)
  }
}
