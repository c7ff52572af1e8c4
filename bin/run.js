#!/usr/bin/env node
// The command line. Kept to syntax that old versions of Node can parse, so that they can say what is wrong.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `beacon needs Node 22.13 or newer, and this is ${process.versions.node}: in a checkout, \`npx beacon\` brings its own\n`,
  )
  process.exit(2)
}

const { enableCompileCache } = await import('node:module')
enableCompileCache()
const { run } = await import('../dist/cli/run.js')
await run()
