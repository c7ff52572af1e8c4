/** Charts as SVG text, for pages that load nothing. Colours come from the page's style sheet by class. */

export interface Chart {
  readonly title: string
  /** What one looks at, in a sentence. */
  readonly note: string
  readonly svg: string
}

interface Axis {
  readonly label: string
  readonly min: number
  readonly max: number
  readonly isLog?: boolean
  readonly format: (value: number) => string
}

export interface Curve {
  readonly name: string
  /** In order of x. */
  readonly points: readonly (readonly [x: number, y: number])[]
}

const WIDTH = 640
const HEIGHT = 380
const MARGIN = { top: 24, right: 32, bottom: 44, left: 72 }
const LEGEND_WIDTH = 150
const TICKS = 5

export function percent(value: number): string {
  if (value === 0) return '0 %'
  const inHundredths = value * 100
  if (value < 0.001) return `${Number(inHundredths.toPrecision(2))} %`
  return `${inHundredths.toFixed(value < 0.1 ? 2 : 0)} %`
}

/** Dots over a line: what was seen over what should be. */
export function scatter(
  x: Axis,
  y: Axis,
  law: Curve,
  dots: readonly (readonly [x: number, y: number])[],
): string {
  const place = scales(x, y)
  const marks = dots.map((dot) => circle(place(dot)))
  return frame(x, y, [...marks, polyline(law.points.map(place), 0)])
}

export function lines(x: Axis, y: Axis, curves: readonly Curve[]): string {
  const place = scales(x, y)
  const drawn = curves.flatMap(({ name, points }, index) => [
    polyline(points.map(place), index),
    `<text class="series s${index}" x="${MARGIN.left + 8 + index * LEGEND_WIDTH}" y="${MARGIN.top - 4}">${escapeHtml(name)}</text>`,
  ])
  return frame(x, y, drawn)
}

/** For each name two bars, as parts of a whole. */
export function pairedBars(
  rows: readonly { readonly name: string; readonly values: readonly [number, number] }[],
  legend: readonly [string, string],
): string {
  const rowHeight = 30
  const height = rows.length * rowHeight + 40
  const largest = Math.max(...rows.flatMap(({ values }) => values))
  const full = WIDTH - 110 - 70
  const bars = rows.flatMap(({ name, values }, row) => {
    const top = 30 + row * rowHeight
    return [
      `<text class="tick" x="100" y="${top + 16}" text-anchor="end">${escapeHtml(name)}</text>`,
      ...values.flatMap((value, index) => {
        const width = fixed((value / largest) * full)
        const y = top + index * 12
        return [
          `<rect class="bar s${index}" x="110" y="${y}" width="${width}" height="10" rx="2"/>`,
          `<text class="tick" x="${fixed(114 + Number(width))}" y="${y + 9}">${percent(value)}</text>`,
        ]
      }),
    ]
  })
  const names = legend.map(
    (name, index) =>
      `<text class="series s${index}" x="${110 + index * 200}" y="14">${escapeHtml(name)}</text>`,
  )
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img">${[...names, ...bars].join('')}</svg>`
}

type Place = (point: readonly [number, number]) => readonly [number, number]

function scales(x: Axis, y: Axis): Place {
  return ([px, py]) => [
    MARGIN.left + fraction(x, px) * (WIDTH - MARGIN.left - MARGIN.right),
    HEIGHT - MARGIN.bottom - fraction(y, py) * (HEIGHT - MARGIN.top - MARGIN.bottom),
  ]
}

function fraction({ min, max, isLog }: Axis, value: number): number {
  if (!isLog) return (value - min) / (max - min)
  return (Math.log(Math.max(value, min)) - Math.log(min)) / (Math.log(max) - Math.log(min))
}

function frame(x: Axis, y: Axis, marks: readonly string[]): string {
  const place = scales(x, y)
  const [left, bottom] = place([x.min, y.min])
  const [right, top] = place([x.max, y.max])
  const across = ticks(x).flatMap((value) => {
    const [at] = place([value, y.min])
    return [
      `<line class="grid" x1="${fixed(at)}" y1="${fixed(top)}" x2="${fixed(at)}" y2="${fixed(bottom)}"/>`,
      `<text class="tick" x="${fixed(at)}" y="${fixed(bottom + 16)}" text-anchor="middle">${x.format(value)}</text>`,
    ]
  })
  const up = ticks(y).flatMap((value) => {
    const [, at] = place([x.min, value])
    return [
      `<line class="grid" x1="${fixed(left)}" y1="${fixed(at)}" x2="${fixed(right)}" y2="${fixed(at)}"/>`,
      `<text class="tick" x="${fixed(left - 6)}" y="${fixed(at + 4)}" text-anchor="end">${y.format(value)}</text>`,
    ]
  })
  const labels = [
    `<text class="label" x="${fixed((left + right) / 2)}" y="${HEIGHT - 6}" text-anchor="middle">${escapeHtml(x.label)}</text>`,
    `<text class="label" transform="translate(14 ${fixed((top + bottom) / 2)}) rotate(-90)" text-anchor="middle">${escapeHtml(y.label)}</text>`,
  ]
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${[...across, ...up, ...labels, ...marks].join('')}</svg>`
}

function ticks({ min, max, isLog }: Axis): number[] {
  const steps = Array.from({ length: TICKS + 1 }, (_, step) => step / TICKS)
  return isLog
    ? steps.map((step) => min * (max / min) ** step)
    : steps.map((step) => min + step * (max - min))
}

function polyline(points: readonly (readonly [number, number])[], index: number): string {
  return `<polyline class="line s${index}" points="${points.map(([px, py]) => `${fixed(px)},${fixed(py)}`).join(' ')}"/>`
}

function circle([x, y]: readonly [number, number]): string {
  return `<circle class="dot" cx="${fixed(x)}" cy="${fixed(y)}" r="2.5"/>`
}

function fixed(value: number): string {
  return value.toFixed(1)
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
