/** `beacon run compile`: src/*.sol with the solc of package.json, into out/ as Foundry lays it out. Nothing is downloaded. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { BeaconError, task } from 'beaconlayer'

interface Compiler {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } }): string
}

interface Contract {
  readonly abi: readonly object[]
  readonly evm: { readonly bytecode: { readonly object: string } }
}

interface Output {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
  readonly contracts: Readonly<Record<string, Readonly<Record<string, Contract>>>>
}

/** As in foundry.toml. */
const SETTINGS = {
  evmVersion: 'cancun',
  optimizer: { enabled: true, runs: 200 },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
}

export const compile = task('compile', 'Compiles the contracts in src/ into out/').setInlineAction(
  async (_, { project: { root }, print, note }) => {
    const { errors = [], contracts } = compileFolder(root, 'src')
    const fatal = errors.filter(({ severity }) => severity === 'error')
    if (fatal.length > 0) throw notCompiled(fatal.map(({ formattedMessage }) => formattedMessage))
    for (const { formattedMessage } of errors) note(formattedMessage)
    const artifacts = Object.entries(contracts).flatMap(([source, byName]) =>
      Object.entries(byName).map(([name, contract]) => writeArtifact(root, source, name, contract)),
    )
    for (const file of artifacts) print(relative(root, file))
    return { artifacts }
  },
)

function compileFolder(root: string, folder: string): Output {
  // Here, since the compiler takes half a second to load.
  const compiler = createRequire(import.meta.url)('solc') as Compiler
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  const sources = files
    .filter((file) => file.endsWith('.sol'))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .map((path) => [path, { content: readFileSync(join(root, path), 'utf8') }])
  const input = { language: 'Solidity', sources: Object.fromEntries(sources), settings: SETTINGS }
  const readPackage = (path: string) => ({
    contents: readFileSync(join(root, 'node_modules', path), 'utf8'),
  })
  return JSON.parse(compiler.compile(JSON.stringify(input), { import: readPackage })) as Output
}

function writeArtifact(root: string, source: string, name: string, { abi, evm }: Contract): string {
  const file = join(root, 'out', source.split('/').at(-1)!, `${name}.json`)
  const artifact = { contractName: name, abi, bytecode: { object: `0x${evm.bytecode.object}` } }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(artifact, null, 2))
  return file
}

function notCompiled(messages: readonly string[]): BeaconError {
  return new BeaconError({
    code: 'NOT_COMPILED',
    name: 'NOT_COMPILED',
    kind: 'user',
    message: messages.join('\n'),
    hint: 'mend the source where the compiler points',
  })
}
