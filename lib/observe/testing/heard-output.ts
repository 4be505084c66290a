import { Writable } from 'node:stream'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import { openLog } from '../log'

/** Under which `theLog` is kept. */
const LOG = Symbol.for('headroom.observe.log')
const shared = globalThis as unknown as Record<symbol, unknown>

/** What secrets are called in what is sent and answered; all that is in such a field is one. */
const SECRET_FIELD = /^(?:password|currentPassword|newPassword|token|secret|sealed|uri|recoveryCodes)$/
const KEY = /^(?:hr|whsec|sk_test)_/
/** What is shorter says nothing by being there. */
const SHORTEST = 12
const ONE_TIME_CODE = /^\d{6}$/

/** Where a chat is posted to; other targets are names. */
const isChat = (name: string, value: unknown) => name === 'target' && typeof value === 'object'
/** One-time or of recovery; a refusal's code has no digits. */
const isTypedCode = (name: string, value: unknown) => name === 'code' && /\d/.test(String(value))

export class HeardOutput {
  #said = ''
  readonly #secrets = new Map<string, string>()
  /** Which were kept, so that a test knows that it has looked for them. */
  readonly kept = new Set<string>()
  /** In place of the web server's, and where a test hands one over. */
  readonly log = openLog('heard', new Writable({ write: (chunk, _, done) => done(void this.hear(chunk)) }))

  constructor() {
    this.log.level = 'trace'
  }

  hear(chunk: unknown): void {
    this.#said += typeof chunk === 'string' ? chunk : chunk instanceof Uint8Array ? Buffer.from(chunk).toString('utf8') : String(chunk)
  }

  /** How many lines say so. */
  times(words: string): number {
    return this.#said.split(words).length - 1
  }

  keepSecret(what: string, value: unknown): void {
    if (typeof value === 'string' && (value.length >= SHORTEST || ONE_TIME_CODE.test(value))) {
      this.#secrets.set(value, what)
      this.kept.add(what)
    }
  }

  /** Whatever in it is a secret by its name or by how it begins. */
  keepSecretsIn(what: string, sent: unknown, isSecret = false): void {
    if (typeof sent === 'string' && (isSecret || KEY.test(sent))) this.keepSecret(what, sent)
    if (typeof sent !== 'object' || sent === null) return
    for (const [name, value] of Object.entries(sent))
      this.keepSecretsIn(`${what} › ${name}`, value, isSecret || SECRET_FIELD.test(name) || isTypedCode(name, value) || isChat(name, value))
  }

  expectNoSecret(): void {
    this.log.info('the log is heard')
    console.info('the console is heard')
    process.stderr.write('standard error is heard\n')
    for (const ear of ['the log', 'the console', 'standard error']) expect(this.#said).toContain(`${ear} is heard`)
    const said = [...this.#secrets].filter(([secret]) => isIn(this.#said, secret)).map(([, what]) => what)
    expect(said, 'secrets that stand in the log').toEqual([])
  }
}

/** Six digits are looked for as a number of their own: any longer one holds them by chance. As it is, and as JSON writes it. */
function isIn(said: string, secret: string): boolean {
  if (ONE_TIME_CODE.test(secret)) return new RegExp(`(?<![\\d.])${secret}(?!\\d)`).test(said)
  return said.includes(secret) || said.includes(JSON.stringify(secret).slice(1, -1)) || said.includes(encodeURIComponent(secret))
}

/** Hears all that this process says while the tests of one file run: the log, the console, standard output and error. */
export function hearOutput(): HeardOutput {
  const heard = new HeardOutput()
  const before = shared[LOG]
  beforeAll(() => {
    shared[LOG] = heard.log
    for (const name of ['NEXTAUTH_SECRET', 'HEADROOM_SECRET_KEY', 'HEADROOM_ENCRYPTION_KEYS']) heard.keepSecret(name, process.env[name])
    for (const name of ['DATABASE_WEB_URL', 'DATABASE_ENGINE_URL']) heard.keepSecret(name, URL.parse(process.env[name] ?? '')?.password)
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
      vi.spyOn(console, method).mockImplementation((...said) => heard.hear(said.map(String).join(' ')))
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        heard.hear(chunk)
        return true
      })
    }
  })
  afterAll(() => {
    shared[LOG] = before
    vi.restoreAllMocks()
  })
  return heard
}
