#!/usr/bin/env node
// Starts a node process: `validator --config FILE`, or the supervisor of a detached devnet.
import { enableCompileCache } from 'node:module'

enableCompileCache()
await import(process.argv[2] === 'supervisor' ? '../dist/devnet/main.js' : '../dist/nodes/main.js')
