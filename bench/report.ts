/** docs/benchmarks.md, from the tables of one run. */

import { renderMarkdown, type Table } from './table.ts'

export function renderReport(machine: string, tables: readonly Table[]): string {
  const date = new Date().toISOString().slice(0, 10)
  return [
    '# Benchmarks',
    '',
    `Written by \`npm run bench -- --write\` on ${date}. All processes, the client that measures included, shared one machine: ${machine}.`,
    'Every figure is of real processes with the settings that users get. Run it on a machine of your own before you compare.',
    '',
    ...tables.map(renderMarkdown),
  ].join('\n')
}
