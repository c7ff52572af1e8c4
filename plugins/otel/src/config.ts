/** The schema of the section `otel`, with its defaults. */

import * as z from 'zod'

const httpUrl = z.url({ protocol: /^https?$/, error: 'an http or https URL' })

export default z
  .strictObject({
    endpoint: httpUrl.optional(),
    headers: z.record(z.string(), z.string()).default({}),
    serviceName: z.string().min(1, 'a service has a name').default('beacon'),
    traceUrl: z
      .string()
      .refine((text) => text.includes('{traceId}'), 'has {traceId} where the id belongs')
      .optional(),
    live: z.boolean().default(true),
    holdMs: z.int().positive().default(300_000),
    transactionsMax: z.int().positive().default(10_000),
  })
  .prefault({})
