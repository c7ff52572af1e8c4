/** Whether this Node can run Beacon. */

import { broken, type Finding, ok, warning } from './finding.ts'

/** As `engines` in package.json has it. */
const NEEDED: readonly [number, number] = [22, 13]

export function checkNode(version = process.versions.node, platform: string = process.platform): Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isNewEnough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
  const needed = NEEDED.join('.')
  if (!isNewEnough) {
    return [broken('node', `Node ${version} is older than ${needed}`, `install Node ${needed} or newer`)]
  }
  const found = ok('node', `Node ${version} on ${platform}`)
  if (platform === 'linux') return [found]
  const message = `on ${platform} processes of a devnet may outlive a supervisor that is killed`
  return [found, warning('node', message, 'stop devnets with `beacon devnet down`, or use Linux for CI')]
}
