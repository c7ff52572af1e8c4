/** The projects that people start from. Their files are in templates/ of the installation, each as the project will have it but for a few words. */

import { join } from 'node:path'
import { installationRoot } from '../../devnet/installation.ts'

/** By name, in the order in which they are offered; the first is the default. */
export const TEMPLATES = {
  contracts: 'a Solidity contract on a rollup, its deploy task, and a test with a network of its own',
  rollup: 'a network of two rollups with parameters of their own, under load and faults',
  plugin: 'a plugin with a command, a task, a section of the configuration and a hook',
} as const

export type TemplateName = keyof typeof TEMPLATES

export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as TemplateName[]

export const DEFAULT_TEMPLATE: TemplateName = 'contracts'

export function templateFolder(template: TemplateName): string {
  return join(installationRoot(), 'templates', template)
}
