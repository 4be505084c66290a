import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** Chromium without a window, which Playwright would download for itself: stories take three quarters of the time in it. */
const SHELL = 'chromium-headless-shell'
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * A browser for the end-to-end tests: the one that CHROMIUM_PATH names, one that is installed, one that Playwright can
 * download, one that Debian has. `withWindow`: what people use rather than the one without a window, for what is measured in it.
 *
 * @throws Error with what to do, where there is none: a test that is skipped quietly is no test.
 */
export async function findChromium({ withWindow = false } = {}): Promise<string> {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (isProgram(named)) return named
    throw new Error(`CHROMIUM_PATH is ${named}, and that is not a program that can be run.`)
  }
  const names = withWindow ? [...NAMES, SHELL] : [SHELL, ...NAMES]
  return installed(names) ?? (await downloaded()) ?? (await fromDebian(names)) ?? fail()
}

function installed(names: readonly string[]): string | undefined {
  const directories = (process.env.PATH ?? '').split(delimiter)
  const onPath = names.flatMap((name) => directories.map((directory) => join(directory, name)))
  return [...onPath, ...PLACES].find(isProgram) ?? ofPlaywright()
}

function ofPlaywright(): string | undefined {
  const { chromium } = createRequire(import.meta.url)('@playwright/test') as typeof import('@playwright/test')
  const path = chromium.executablePath()
  return isProgram(path) ? path : undefined
}

async function downloaded(): Promise<string | undefined> {
  const command = join(process.cwd(), 'node_modules/@playwright/test/cli.js')
  await run(process.execPath, [command, 'install', 'chromium'], { timeout: 180_000 }).catch(() => undefined)
  return ofPlaywright()
}

async function fromDebian(names: readonly string[]): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update'], { env, timeout: 120_000 }).catch(() => undefined)
  for (const name of names.filter((one) => one === SHELL || one === 'chromium')) {
    await run('apt-get', ['install', '--yes', '--no-install-recommends', name], { env, timeout: 300_000 }).catch(() => undefined)
    const found = installed(names)
    if (found) return found
  }
  return undefined
}

function fail(): never {
  throw new Error(
    'The end-to-end tests need a Chromium or Chrome. Install one ("apt-get install chromium", "npx playwright install --with-deps chromium"), or set CHROMIUM_PATH.',
  )
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
