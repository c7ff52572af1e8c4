/** The schema of the section `gasReport`, with its defaults. */

import * as z from 'zod'

export default z
  .strictObject({
    artifacts: z.array(z.string().min(1, 'a folder has a name')).default(['artifacts', 'out']),
    atEnd: z.boolean().default(false),
    out: z
      .string()
      .regex(/\.(json|md)$/, 'a file that ends in .json or .md')
      .optional(),
  })
  .prefault({})
