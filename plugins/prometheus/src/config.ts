/** The schema of the section `prometheus`, with its defaults. */

import * as z from 'zod'

const PORT_MAX = 65_535

export default z
  .strictObject({
    port: z.int().min(0, 'a port is 0 to 65535').max(PORT_MAX, 'a port is 0 to 65535').default(9464),
    host: z.string().min(1, 'a host has a name or an address').default('127.0.0.1'),
    live: z.boolean().default(true),
  })
  .prefault({})
