import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { writePrivately } from '../secrets'

const MANIFEST = 'manifest.json'
const FORMAT = 1

const backedUpFile = z.object({
  /** Below the backup's directory, with `/` on every system. */
  path: z.string(),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const manifest = z.object({
  format: z.literal(FORMAT),
  /** `files`: the files of the built-in Postgres. `dump`: what `pg_dump` wrote of another one. */
  kind: z.enum(['files', 'dump']),
  headroom: z.string(),
  /** Of Postgres, such as 18. */
  postgresMajor: z.int(),
  /** ISO 8601. What was committed before `endedAt` of `files`, or before `startedAt` of a `dump`, is in it. */
  startedAt: z.string(),
  endedAt: z.string(),
  files: z.array(backedUpFile),
  /** Those without a file too, which not every way of moving a backup keeps. */
  directories: z.array(z.string()),
})

export type BackedUpFile = z.infer<typeof backedUpFile>
export type Manifest = z.infer<typeof manifest>

/** What stops a backup or a restore, in one sentence that says what to do; nothing has been changed. */
export class BackupRefused extends Error {
  override name = 'BackupRefused'
}

/**
 * A directory to back up into: new, or empty, and its owner's alone, because whoever reads it reads everything.
 *
 * @throws BackupRefused where it holds something.
 */
export function openBackupDirectory(path: string): string {
  const directory = resolve(path)
  if (existsSync(directory) && (!statSync(directory).isDirectory() || readdirSync(directory).length > 0)) {
    throw new BackupRefused(`${directory} is not empty; name a directory that is, or one that does not exist yet.`)
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  return directory
}

/** Written last, so that a backup that was interrupted is none. */
export function writeManifest(directory: string, content: Omit<Manifest, 'format'>): void {
  writePrivately(join(directory, MANIFEST), { format: FORMAT, ...content } satisfies Manifest)
}

/**
 * What is in a backup, every file of it read and compared.
 *
 * @throws BackupRefused naming the first file that is missing, damaged or not part of it.
 */
export async function verifyBackup(path: string): Promise<Manifest> {
  const directory = resolve(path)
  const found = readManifest(directory)
  const there = new Set(listFiles(directory).map((file) => relative(directory, file).split(sep).join('/')))
  there.delete(MANIFEST)
  for (const file of found.files) {
    if (!there.delete(file.path)) throw new BackupRefused(`The backup in ${directory} is incomplete: ${file.path} is missing.`)
    const { bytes, sha256 } = await hashFile(join(directory, file.path))
    if (bytes !== file.bytes) throw new BackupRefused(`The backup in ${directory} is damaged: ${file.path} has ${bytes} bytes, and had ${file.bytes}.`)
    if (sha256 !== file.sha256) throw new BackupRefused(`The backup in ${directory} is damaged: ${file.path} is not what was written (its SHA-256 differs).`)
  }
  const [added] = there
  if (added !== undefined) throw new BackupRefused(`The backup in ${directory} holds ${added}, which is not part of it.`)
  return found
}

function readManifest(directory: string): Manifest {
  const file = join(directory, MANIFEST)
  if (!existsSync(file)) throw new BackupRefused(`${directory} holds no backup, or one that was interrupted: it has no ${MANIFEST}.`)
  const read = manifest.safeParse(parse(readFileSync(file, 'utf8')))
  if (!read.success) throw new BackupRefused(`${file} cannot be read as the list of a backup: ${z.prettifyError(read.error).split('\n')[0]}`)
  const outside = [...read.data.files.map(({ path }) => path), ...read.data.directories].find((path) => path.split(/[/\\]/).includes('..') || isAbsolute(path))
  if (outside !== undefined) throw new BackupRefused(`${file} names ${outside}, which is outside the backup.`)
  return read.data
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  await pipeline(createReadStream(path), async (chunks) => {
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      bytes += chunk.length
      hash.update(chunk)
    }
  })
  return { bytes, sha256: hash.digest('hex') }
}

/** Every file below, not directories. */
function listFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
}
