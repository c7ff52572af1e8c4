/** Edits of a mutant applied to the sources. Throws if a text isn't there exactly once, so that the list can't rot unseen. */

import type { Mutant } from './mutant.ts'

/** The changed files by path, as `read` gives the present ones. */
export function applyEdits({ name, edits }: Mutant, read: (file: string) => string): Map<string, string> {
  const changed = new Map<string, string>()
  for (const { file, find, replace } of edits) {
    const text = changed.get(file) ?? read(file)
    const found = text.split(find).length - 1
    if (found !== 1) throw new Error(`mutant ${name}: ${found} places in ${file} read\n${find}`)
    changed.set(
      file,
      text.replace(find, () => replace),
    )
  }
  return changed
}
