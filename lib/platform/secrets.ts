import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const kept = z.object({ NEXTAUTH_SECRET: z.string(), HEADROOM_SECRET_KEY: z.string(), HEADROOM_ENCRYPTION_KEYS: z.string() })
export type Secrets = z.infer<typeof kept>

/**
 * The secrets that nobody set: made once, and kept in a file that only its owner may read.
 *
 * @throws Error where the file is not one of ours any more; to lose it would sign everybody out and lose what it encrypts.
 */
export function keepSecrets(directory: string): Secrets {
  const file = join(directory, 'secrets.json')
  if (existsSync(file)) {
    chmodSync(file, 0o600)
    const read = kept.safeParse(readJson(file))
    if (!read.success) throw new Error(`${file} cannot be read as Headroom's secrets; restore it from a backup, or remove it to have new ones made.`)
    return read.data
  }
  const made: Secrets = {
    NEXTAUTH_SECRET: randomBytes(32).toString('base64url'),
    HEADROOM_SECRET_KEY: `hr_admin_${randomBytes(24).toString('base64url')}`,
    HEADROOM_ENCRYPTION_KEYS: `first:${randomBytes(32).toString('base64')}`,
  }
  writePrivately(file, made)
  return made
}

/** A file that only its owner may read, never half-written. */
export function writePrivately(file: string, content: unknown): void {
  mkdirSync(join(file, '..'), { recursive: true })
  const unfinished = `${file}.${process.pid}`
  writeFileSync(unfinished, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  renameSync(unfinished, file)
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
