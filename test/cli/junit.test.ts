/** JUnit files, read as strictly as CI viewers might: well-formed, with the elements and counts of the schema. */

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { execa } from 'execa'
import { formatJUnit } from '../../src/cli/junit.ts'

const program = join(import.meta.dirname, '../../bin/run.js')

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
}

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const TOKEN = /<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([a-z-]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
const ILLEGAL = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u

function parseXml(xml: string): Element {
  assert.doesNotMatch(xml, ILLEGAL)
  const [declaration] =
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/.exec(xml) ?? assert.fail('not declared')
  const top: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [top]
  TOKEN.lastIndex = declaration.length
  while (TOKEN.lastIndex < xml.length) {
    const at = TOKEN.lastIndex
    const [, cdata, end, name, attributes, isEmpty, text] =
      TOKEN.exec(xml) ?? assert.fail(`not XML: ${xml.slice(at, at + 80)}`)
    if (cdata !== undefined) open.at(-1)!.text += cdata
    else if (text !== undefined) open.at(-1)!.text += decode(text)
    else if (end) assert.equal(open.pop()!.name, name)
    else {
      const element = { name: name!, attributes: parseAttributes(attributes!), children: [], text: '' }
      open.at(-1)!.children.push(element)
      if (!isEmpty) open.push(element)
    }
  }
  assert.equal(open.length, 1, 'not closed')
  assert.equal(top.children.length, 1, 'one root')
  return top.children[0]!
}

function parseAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, name, value]) => [name!, decode(value!)])
  assert.equal(new Set(pairs.map(([name]) => name)).size, pairs.length, 'an attribute stands twice')
  return Object.fromEntries(pairs)
}

function decode(text: string): string {
  assert.doesNotMatch(text, /&(?!(?:lt|gt|amp|quot|apos|#x?[0-9A-Fa-f]+);)/)
  return text.replace(/&(?:#x([0-9A-Fa-f]+)|(\w+));/g, (_, code, name) =>
    code === undefined ? NAMED[name]! : String.fromCodePoint(Number.parseInt(code, 16)),
  )
}

/** Its test cases, when all of it is as the schema has it. */
function readJUnit(xml: string): Element[] {
  const root = parseXml(xml)
  assert.equal(root.name, 'testsuites')
  assert.deepEqual(
    root.children.map(({ name }) => name),
    ['testsuite'],
  )
  const [suite] = root.children as [Element]
  const counts = {
    tests: suite.children.length,
    failures: count(suite, 'failure'),
    errors: count(suite, 'error'),
  }
  for (const { attributes } of [root, suite]) {
    const { tests, failures, errors } = attributes
    assert.deepEqual({ tests: Number(tests), failures: Number(failures), errors: Number(errors) }, counts)
  }
  assert.ok(suite.attributes.name && Date.parse(suite.attributes.timestamp!) > 0)
  for (const { name, attributes, children } of suite.children) {
    assert.equal(name, 'testcase')
    assert.ok(attributes.name && attributes.classname)
    for (const child of children) assert.match(child.name, /^(failure|error|skipped|system-out)$/)
  }
  for (const { attributes } of [suite, ...suite.children]) assert.match(attributes.time!, /^\d+(\.\d+)?$/)
  return suite.children
}

function count({ children }: Element, name: string): number {
  return children.filter((testCase) => testCase.children.some((child) => child.name === name)).length
}

test('has a case for each thing, with the reason and the way out of what failed', async () => {
  const xml = await formatJUnit(
    'doctor',
    [
      { name: 'fine', seconds: 0.25 },
      { name: 'broken', failure: { message: 'it is broken', hint: 'mend it', type: 'C505 BROKEN' } },
      { name: 'unknown', error: { message: 'it is not there', hint: 'start it' } },
      { name: 'slow', output: 'it is slow' },
    ],
    1.5,
  )
  const [fine, broken, unknown, slow] = readJUnit(xml) as [Element, Element, Element, Element]
  assert.deepEqual([fine.attributes.time, fine.children], ['0.25', []])
  const [failure] = broken.children as [Element]
  assert.deepEqual(failure.attributes, { message: 'it is broken', type: 'C505 BROKEN' })
  assert.equal(failure.text.trim(), 'it is broken\nhint: mend it')
  assert.equal(unknown.children[0]!.text.trim(), 'it is not there\nhint: start it')
  assert.equal(slow.children[0]!.text.trim(), 'it is slow')
})

test('is legal XML whatever a message holds', async () => {
  const nasty = '<a b="c">&amp; \u001b[31mred\u001b[0m \u0000\u0008 ]]> \ud800 \uffff "\' ✓'
  const flaw = { message: nasty, hint: nasty, type: nasty }
  const xml = await formatJUnit(
    nasty,
    [
      { name: nasty, failure: flaw, output: nasty },
      { name: 'b', error: flaw },
    ],
    0,
  )
  const [testCase] = readJUnit(xml) as [Element]
  assert.match(testCase.attributes.name!, /^<a b="c">&amp; .*red.* \]\]> .* "' ✓$/)
})

async function run(t: TestContext, ...args: string[]) {
  const root = mkdtempSync(join(tmpdir(), 'beacon-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const done = await execa(process.execPath, [program, ...args], {
    cwd: root,
    env: { HOME: root, BEACON_HOME: root },
    reject: false,
  })
  return { ...done, root }
}

test('the doctor writes a case for each finding, also when something is broken', async (t) => {
  const args = ['doctor', '--dir', '/dev/null/x', '--json', '--junit', 'reports/doctor.xml']
  const { exitCode, stdout, root } = await run(t, ...args)
  const { findings } = JSON.parse(stdout).result as {
    findings: { check: string; state: string; message: string }[]
  }
  const cases = readJUnit(readFileSync(join(root, 'reports/doctor.xml'), 'utf8'))
  assert.equal(exitCode, 1)
  assert.deepEqual(
    cases.map(({ attributes, children }) => [
      attributes.name,
      children.some(({ name }) => name === 'failure'),
    ]),
    findings.map(({ check, state, message }) => [`${check}: ${message}`, state === 'broken']),
  )
  assert.deepEqual(readdirSync(join(root, 'reports')), ['doctor.xml'])
})

for (const args of [
  ['election', 'verify', 'app'],
  ['confirmation', 'verify', `0x${'12'.repeat(32)}`],
  ['confirmation', 'wait', `0x${'12'.repeat(32)}`],
  ['run', 'election', 'audit'],
]) {
  test(`'beacon ${args.slice(0, 3).join(' ')}' without a network writes an error`, async (t) => {
    const { stdout, root } = await run(t, ...args, '--json', '--junit', 'report.xml')
    const { error } = JSON.parse(stdout)
    const [testCase, ...others] = readJUnit(readFileSync(join(root, 'report.xml'), 'utf8'))
    assert.deepEqual(others, [])
    const [found] = testCase!.children as [Element]
    assert.equal(found.name, 'error')
    assert.deepEqual(found.attributes, { message: error.message, type: `${error.code} ${error.name}` })
    assert.equal(found.text.trim(), `${error.message}\nhint: ${error.hint}`)
  })
}

test('a file that cannot be written is said before anything is checked', async (t) => {
  const { exitCode, stdout } = await run(t, 'doctor', '--json', '--junit', '/dev/null/x.xml')
  const { error, result } = JSON.parse(stdout)
  assert.deepEqual([exitCode, error.code, result], [1, 'D202', undefined])
})
