import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readEnvironment } from './environment'
import { keepSecrets } from './secrets'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'headroom-secrets-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('keepSecrets', () => {
  it('makes secrets once and gives the same ones ever after', () => {
    const made = keepSecrets(directory)
    expect(keepSecrets(directory)).toEqual(made)
    expect(made).not.toEqual(keepSecrets(join(directory, 'another')))
  })

  it('makes such secrets as the settings ask for', () => {
    expect(readEnvironment(keepSecrets(directory))).toMatchObject({ ok: true })
  })

  it('lets only the owner read them, also where the file was opened up since', () => {
    keepSecrets(directory)
    if (process.platform === 'win32') return // Its files have no such modes; the data directory is the user's own there.
    const file = join(directory, 'secrets.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    writeFileSync(file, readFileSync(file), { mode: 0o644 })
    keepSecrets(directory)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it.each(['', '{}', 'not json'])('does not replace a file that it cannot read: %j', (content) => {
    writeFileSync(join(directory, 'secrets.json'), content)
    expect(() => keepSecrets(directory)).toThrow(/cannot be read as Headroom's secrets/)
    expect(readFileSync(join(directory, 'secrets.json'), 'utf8')).toBe(content)
  })
})
