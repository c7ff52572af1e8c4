/** What can be done to a running network, as commands, configurations and tests say it; devnet/faults/ does it. */

import * as z from 'zod'

/** Processes are named as `beacon devnet status` lists them; where only validators can suffer a fault, as in 'validator-3'. */
export type Fault =
  /** They end as by a crash. */
  | { readonly kind: 'kill'; readonly processes: readonly string[] }
  /** They stand still, as a machine that hangs. */
  | { readonly kind: 'pause'; readonly processes: readonly string[] }
  | { readonly kind: 'resume'; readonly processes: readonly string[] }
  /** Their messages, to everybody or to these peers, take so much longer, give or take `jitterMs`. */
  | {
      readonly kind: 'delay'
      readonly processes: readonly string[]
      readonly to?: readonly string[] | undefined
      readonly ms: number
      readonly jitterMs?: number | undefined
    }
  /** So many of a hundred of their messages are lost. */
  | {
      readonly kind: 'drop'
      readonly processes: readonly string[]
      readonly to?: readonly string[] | undefined
      readonly percent: number
    }
  /**
   * No message gets from one group to another; those in no group reach everybody. One group alone is cut off from all others. `oneWay`: only
   * those are lost that go from a group to a later one, or from the one group to the others.
   */
  | {
      readonly kind: 'partition'
      readonly groups: readonly (readonly string[])[]
      readonly oneWay?: boolean | undefined
    }
  /** They vote for two blocks in one view; on every chain, unless some are named. */
  | {
      readonly kind: 'equivocate'
      readonly processes: readonly string[]
      readonly rollups?: readonly string[] | undefined
      /** On the Beacon Layer. */
      readonly beacon?: boolean | undefined
    }
  /** Their proposals reach too few for a quorum ('most', the default), or nobody ('all'). */
  | {
      readonly kind: 'withhold'
      readonly processes: readonly string[]
      readonly from?: 'most' | 'all' | undefined
      readonly rollups?: readonly string[] | undefined
      readonly beacon?: boolean | undefined
    }
  /** Each write that they make durable takes so much longer. */
  | { readonly kind: 'slow-disk'; readonly processes: readonly string[]; readonly ms: number }
  /** Undoes all faults, or those of these processes, and starts what is dead. */
  | { readonly kind: 'heal'; readonly processes?: readonly string[] | undefined }

export type FaultKind = Fault['kind']

/** A minute: beyond that a link is as good as cut, and a disk as good as gone. */
export const FAULT_MS_MAX = 60_000

const processes = z.array(z.string().min(1)).min(1, 'name a process or more, as in validator-3')
const ms = z.int().min(1).max(FAULT_MS_MAX)
const chains = { rollups: z.array(z.string()).min(1).optional(), beacon: z.boolean().optional() }
const groups = z
  .array(processes)
  .min(1, 'name a group of processes or more')
  .refine((all) => new Set(all.flat()).size === all.flat().length, 'a process is in one group only')

export const faultSchema: z.ZodType<Fault, Fault> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('kill'), processes }),
  z.strictObject({ kind: z.literal('pause'), processes }),
  z.strictObject({ kind: z.literal('resume'), processes }),
  z.strictObject({
    kind: z.literal('delay'),
    processes,
    to: processes.optional(),
    ms,
    jitterMs: z.int().min(0).max(FAULT_MS_MAX).optional(),
  }),
  z.strictObject({
    kind: z.literal('drop'),
    processes,
    to: processes.optional(),
    percent: z.int().min(1).max(100),
  }),
  z.strictObject({ kind: z.literal('partition'), groups, oneWay: z.boolean().optional() }),
  z.strictObject({ kind: z.literal('equivocate'), processes, ...chains }),
  z.strictObject({
    kind: z.literal('withhold'),
    processes,
    from: z.enum(['most', 'all']).optional(),
    ...chains,
  }),
  z.strictObject({ kind: z.literal('slow-disk'), processes, ms }),
  z.strictObject({ kind: z.literal('heal'), processes: processes.optional() }),
])
