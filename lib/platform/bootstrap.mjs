/**
 * Runs before `npm start`, `npm run dev` and `npm test`, on whatever Node the machine has and with nothing installed: says in
 * one sentence what is missing, and installs the packages where they are missing or older than the lock.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
/** On Linux, packages of the lock bring their own Node 24; elsewhere the machine's has to run the product. */
const NODE_NEEDED = { linux: [20, 9], darwin: [22, 18], win32: [22, 18] }
const PROGRESS_EVERY_MS = 10_000

/**
 * What stands in the way on this machine, in one sentence, or undefined.
 *
 * @param {{ platform: string, arch: string, nodeVersion: string, glibc: string | undefined }} machine
 * @returns {string | undefined}
 */
export function whatIsMissing({ platform, arch, nodeVersion, glibc }) {
  const needed = NODE_NEEDED[/** @type {keyof typeof NODE_NEEDED} */ (platform)]
  if (!needed) return `Headroom runs on Linux, macOS and Windows, and this is ${platform}.`
  if (arch !== 'x64' && arch !== 'arm64') return `Headroom runs on x64 and arm64 processors, and this one is ${arch}.`
  if (platform === 'linux' && !glibc) return 'Headroom needs a Linux with glibc, such as Debian, Ubuntu or Fedora; this one has musl (Alpine).'
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number)
  const [neededMajor, neededMinor] = needed
  const isNewEnough = major > neededMajor || (major === neededMajor && minor >= neededMinor)
  return isNewEnough ? undefined : `Headroom needs Node.js ${needed.join('.')} or later, and this is ${nodeVersion}; install one from https://nodejs.org.`
}

/**
 * Whether the packages are those of the lock: by the lock's hash, which we keep after an install, or by age after one that
 * somebody ran by hand.
 *
 * @param {string} root
 */
export function packagesAreCurrent(root) {
  const lock = join(root, 'package-lock.json')
  const installed = join(root, 'node_modules', '.package-lock.json')
  const stamp = stampOf(root)
  if (!existsSync(installed)) return false
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === hashOf(lock)
  return statSync(installed).mtimeMs >= statSync(lock).mtimeMs
}

/** @param {string} root */
function stampOf(root) {
  return join(root, 'node_modules', '.headroom-lock')
}

/** @param {string} file */
function hashOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

/** npm removes node_modules, and with it the Node that may be running this; so npm runs on the machine's own. */
async function installPackages() {
  const started = performance.now()
  const seconds = () => Math.round((performance.now() - started) / 1000)
  console.log('Installing packages, once; this takes a minute or so.')
  const ticking = setInterval(() => console.log(`  still installing after ${seconds()} s`), PROGRESS_EVERY_MS)
  const binaries = join(ROOT, 'node_modules', '.bin')
  const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => entry !== binaries)
  const command = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const node = process.env.npm_node_execpath ?? process.execPath
  const options = { cwd: ROOT, env: { ...process.env, PATH: path.join(delimiter) }, stdio: /** @type {const} */ ('inherit') }
  const child = npm ? spawn(node, [npm, ...command], options) : spawn('npm', command, { ...options, shell: process.platform === 'win32' })
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve(1))
    child.on('exit', resolve)
  })
  clearInterval(ticking)
  if (code !== 0) throw new Error('The packages could not be installed; what npm says above names the cause. Check the network, then try again.')
  console.log(`Packages installed in ${seconds()} s.`)
}

async function bootstrap() {
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (process.report.getReport())
  const missing = whatIsMissing({
    platform: process.platform,
    arch: process.arch,
    nodeVersion: process.versions.node,
    glibc: report.header?.glibcVersionRuntime,
  })
  if (missing) throw new Error(missing)
  if (!packagesAreCurrent(ROOT)) await installPackages()
  writeFileSync(stampOf(ROOT), hashOf(join(ROOT, 'package-lock.json')))
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  bootstrap().catch((error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}
