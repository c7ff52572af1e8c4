/** `beacon run deploy token`. Returns where the token is, as `--json` prints it. */

import { join } from 'node:path'
import { builtInTasks, task } from 'beaconlayer'
import { compile } from './compile.ts'

export const deployToken = task(
  'deploy token',
  'Compiles the token, deploys it, and waits until two thirds of the committee have confirmed that',
)
  .addOption({ name: 'rollup', default: 'app', description: 'where to' })
  .addOption({
    name: 'supply',
    type: 'tokens',
    default: 1_000_000n * 10n ** 18n,
    description: 'what the deployer gets',
  })
  .setInlineAction(async ({ rollup, supply }, { project, run }) => {
    await run(compile, {})
    const artifact = join(project.root, 'out/Token.sol/Token.json')
    return run(builtInTasks.deploy, { artifact, args: [String(supply)], rollup })
  })
