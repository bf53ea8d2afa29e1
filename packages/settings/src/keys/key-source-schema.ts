import { z } from 'zod'

const command = z.union([z.string().trim().min(1), z.array(z.string().min(1)).min(1)])

/** A key in a file of settings: the key itself, or where it is to be had. */
export const keySourceSchema = z
  .union([
    z.string().trim().min(1),
    z.strictObject({ api_key_env: z.string().trim().min(1) }),
    z.strictObject({ api_key_file: z.string().trim().min(1) }),
    z.strictObject({ api_key_command: command, refresh_seconds: z.number().min(0).optional() }),
  ])
  .meta({
    'x-expected':
      'a key, or one of { api_key_env: VARIABLE }, { api_key_file: FILE } and { api_key_command: [PROGRAM, ARGUMENT, …] }',
  })
