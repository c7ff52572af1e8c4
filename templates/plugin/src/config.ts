/** Checks the section and fills in what is left out, also if all of it is. */

import * as z from 'zod'

export default z
  .strictObject({
    blocksMax: z.int().min(1, 'a rollup is always a block ahead for a moment: allow 1 or more').default(20),
  })
  .prefault({})
