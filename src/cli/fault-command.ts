/** What the commands of `beacon devnet fault` share: each makes one fault of its arguments, has it carried out, and shows what is on since. */

import { Args, Flags, type Interfaces } from '@oclif/core'
import type { Fault } from '../config/fault.ts'
import { askSupervisor } from '../devnet/control-client.ts'
import { describeFault } from '../devnet/faults/describe-fault.ts'
import type { ActiveFault } from '../devnet/faults/fault-book.ts'
import { BaseCommand } from './base-command.ts'
import { describeFaults } from './describe-faults.ts'

type CommonFlags = Interfaces.InferredFlags<(typeof BaseCommand)['baseFlags']>

export const PROCESSES = Args.string({
  multiple: true,
  required: true,
  description: 'as `devnet status` lists them',
})
export const VALIDATORS = Args.string({ multiple: true, required: true, description: 'as in validator-3' })

/** Of faults that have a direction. */
export const TO_FLAG = Flags.string({
  summary: 'only what they send to this one; may be repeated',
  multiple: true,
  multipleNonGreedy: true,
  helpValue: 'PROCESS',
})

/** Of misconduct, which is on every chain unless some are named. */
export const CHAIN_FLAGS = {
  rollup: Flags.string({
    summary: 'only on this one; may be repeated',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME',
  }),
  beacon: Flags.boolean({ summary: 'only on the Beacon Layer, and on rollups that are named' }),
}

export abstract class FaultCommand extends BaseCommand {
  protected async carryOut(flags: CommonFlags, fault: Fault): Promise<void> {
    const { path } = this.folder(flags)
    const faults = (await askSupervisor(path, 'fault', { fault }, flags.timeout)) as ActiveFault[]
    this.report({ fault, faults }, () => {
      this.output.print(`done: ${describeFault(fault)}`)
      const others = faults.length === 0 ? ['no fault is on'] : ['on:', ...describeFaults(faults)]
      for (const line of others) this.output.print(line)
    })
  }
}
