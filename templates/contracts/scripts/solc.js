#!/usr/bin/env node
// What foundry.toml names as its compiler: the solc of package.json, so that forge downloads none.
import { readFileSync } from 'node:fs'
import solc from 'solc'

const answer = process.argv.includes('--version')
  ? `solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`
  : solc.compile(readFileSync(0, 'utf8'))
process.stdout.write(answer)
