/** A table of figures: what was measured, by which command, and the rows. */

export interface Table {
  readonly title: string
  /** What a reader types to get it again. */
  readonly command: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  /** What the figures mean and what they don't. */
  readonly notes: readonly string[]
}

export function renderText({ title, columns, rows, notes }: Table): string {
  const lines = [columns, ...rows.map((row) => row.map(String))]
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  const render = (line: readonly string[]) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ')
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2))
  const [head, ...body] = lines.map(render)
  return `${[title, rule, head, rule, ...body, ...notes.map((note) => `  ${note}`)].join('\n')}\n`
}

export function renderMarkdown({ title, command, columns, rows, notes }: Table): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  const rule = columns.map((_, column) => (column === 0 ? '---' : '---:'))
  return [
    `## ${title}`,
    '',
    `\`${command}\``,
    '',
    ...[columns, rule, ...rows].map(line),
    '',
    ...notes.map((note) => `- ${note}`),
    '',
  ].join('\n')
}
