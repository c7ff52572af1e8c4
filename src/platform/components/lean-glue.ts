/**
 * jco's glue without what a synchronous component has no use for: each of its calls looks into the environment whether to print, and keeps books for
 * tasks that never run at the same time. Left in, that is a third of what a call between a component and its host costs.
 */

const DEBUG_LOG = /const _debugLog = \(\.\.\.args\) => \{\n.*\n.*\n\}/
const TASK_BEGIN =
  /^\s*const _(?:interface|wasm)_call_currentTaskID = startCurrentTask\(\d+, (true|false), '[^']*'\);\n/gm
const TASK_END = /^\s*endCurrentTask\(\d+\);\n/gm

export function leanGlue(glue: string): string {
  const silent = glue.replace(DEBUG_LOG, 'const _debugLog = () => {}')
  const isAsynchronous = [...silent.matchAll(TASK_BEGIN)].some(([, isAsync]) => isAsync === 'true')
  return isAsynchronous ? silent : silent.replace(TASK_BEGIN, '').replace(TASK_END, '')
}
