import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'

export type Command = { name: string; file: string; environment: Record<string, string>; logs: string; typescript?: boolean }

export type RunningProgram = {
  name: string
  /** Resolves with its exit, in words, whoever ended it. */
  ended: Promise<string>
  /** Asks it to finish what it does; after the time it is killed. */
  stop(): Promise<void>
}

/** A busy server drops thousands of short-lived objects a request: with the usual 16 MB it stops to collect them so often that one request in a hundred waits. */
const YOUNG_MEGABYTES = 64
/**
 * How much is added to what lives before all of it is collected. By itself Node adds so little to the pages' eighty megabytes that it looks through them
 * every few seconds, with a second thread, and whoever asks meanwhile waits 50 ms and more.
 */
const GROWTH_PERCENT = 300
/**
 * How our programs keep their heap, and the bench as they do. By itself Node also collects all of it, and moves it together, when it has had less to do
 * for eight seconds: who asked meanwhile waited for 100 to 300 ms.
 *
 * And what it finds alive at many of its small collections, as the requests are that wait for a disk, it puts among the old at once from then on,
 * where what is dead keeps alive what it points to: nearly all of a request outlived it until all of the heap was collected. Small collections took 13
 * to 27 ms then, and the heap grew by 6 MB a second; without it they take 3 to 11 ms, and it hardly grows.
 */
export const HEAP_OPTIONS = [
  `--max-semi-space-size=${YOUNG_MEGABYTES}`,
  `--heap-growing-percent=${GROWTH_PERCENT}`,
  '--no-memory-reducer',
  '--no-allocation-site-pretenuring',
]
const READY_WITHIN_MS = 90_000
const STOPS_WITHIN_MS = 15_000

/**
 * Runs one of our programs and waits until it says that it is ready. It ends with us, however we end: it stands outside the
 * terminal's process group, so that Ctrl-C reaches it through us and in order, and the channel to it breaks when we are killed.
 *
 * @throws Error where it ends before it is ready, with the last that it said.
 */
export async function runProgram(command: Command): Promise<RunningProgram> {
  mkdirSync(command.logs, { recursive: true })
  const log = join(command.logs, `${command.name}.log`)
  const child = startProcess(command)
  const lastWords = keepOutput(child, command.name, log)
  const ended = new Promise<string>((resolve) => {
    child.on('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`))
    child.on('error', (error) => resolve(`could not start: ${error.message}`))
  })
  const ready = new Promise<void>((resolve) => child.on('message', (message) => message === 'ready' && resolve()))
  const failed = ended.then((how) => Promise.reject(new Error(`The ${command.name} ${how} (${log}):\n${lastWords()}`)))
  await withinTime(Promise.race([ready, failed]), READY_WITHIN_MS, `The ${command.name} was not ready within ${READY_WITHIN_MS / 1000} s (${log}).`).catch(
    (error) => {
      child.kill('SIGKILL')
      throw error
    },
  )
  return { name: command.name, ended, stop: () => stopProcess(child, ended) }
}

function startProcess({ file, environment, typescript = false }: Command): ChildProcess {
  const preload = new URL('./exit-with-parent.mjs', import.meta.url).href
  const options = [...HEAP_OPTIONS, '--import', preload, ...(typescript ? ['--import', 'tsx'] : [])]
  return spawn(process.execPath, [...options, file], {
    env: { ...environment, NODE_ENV: typescript ? 'development' : 'production' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
}

/** All of it goes to the log, and what it complains about to the terminal too. */
function keepOutput(child: ChildProcess, name: string, log: string): () => string {
  const file = createWriteStream(log, { flags: 'a' })
  const recent: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      file.write(chunk)
      recent.push(chunk.toString())
      if (recent.length > 50) recent.shift()
    })
  }
  child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk.toString().replaceAll(/^(?=.)/gm, `[${name}] `)))
  child.on('close', () => file.end())
  return () => recent.join('').trim().split('\n').slice(-20).join('\n')
}

async function stopProcess(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  if (process.platform === 'win32')
    child.disconnect() // No signals there; the preload turns this into one.
  else child.kill('SIGTERM')
  await withinTime(ended, STOPS_WITHIN_MS, 'still running').catch(async () => {
    child.kill('SIGKILL')
    await ended
  })
}

async function withinTime<Value>(promise: Promise<Value>, milliseconds: number, sentence: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(sentence)), milliseconds)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
