import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { packagesAreCurrent, whatIsMissing } from './bootstrap.mjs'

const debian = { platform: 'linux', arch: 'x64', nodeVersion: '20.9.0', glibc: '2.36' }

describe('whatIsMissing', () => {
  it.each([
    { why: 'exactly the oldest Node on Linux', machine: debian },
    { why: 'a newer Node on Linux', machine: { ...debian, nodeVersion: '26.1.0' } },
    { why: 'arm64', machine: { ...debian, arch: 'arm64' } },
    { why: 'exactly the oldest Node on macOS', machine: { ...debian, platform: 'darwin', nodeVersion: '22.18.0', glibc: undefined } },
  ])('nothing: $why', ({ machine }) => {
    expect(whatIsMissing(machine)).toBeUndefined()
  })

  it.each([
    { why: 'one below the oldest Node on Linux', machine: { ...debian, nodeVersion: '20.8.1' }, says: 'Node.js 20.9 or later, and this is 20.8.1' },
    { why: 'one below on macOS', machine: { ...debian, platform: 'darwin', nodeVersion: '22.17.1' }, says: 'Node.js 22.18 or later' },
    { why: 'one below on Windows', machine: { ...debian, platform: 'win32', nodeVersion: '20.20.0' }, says: 'Node.js 22.18 or later' },
    { why: 'Alpine', machine: { ...debian, glibc: undefined }, says: 'musl (Alpine)' },
    { why: 'another system', machine: { ...debian, platform: 'freebsd' }, says: 'this is freebsd' },
    { why: 'another processor', machine: { ...debian, arch: 'riscv64' }, says: 'this one is riscv64' },
  ])('$why', ({ machine, says }) => {
    expect(whatIsMissing(machine)).toContain(says)
  })
})

describe('packagesAreCurrent', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'headroom-bootstrap-'))
    writeFileSync(join(root, 'package-lock.json'), 'one')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const install = (secondsAfterLock: number) => {
    mkdirSync(join(root, 'node_modules'))
    writeFileSync(join(root, 'node_modules/.package-lock.json'), '')
    utimesSync(join(root, 'package-lock.json'), 1_000, 1_000)
    utimesSync(join(root, 'node_modules/.package-lock.json'), 1_000, 1_000 + secondsAfterLock)
  }
  const stamp = (hash: string) => writeFileSync(join(root, 'node_modules/.headroom-lock'), hash)
  const HASH_OF_ONE = '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed'

  it('no: nothing is installed', () => expect(packagesAreCurrent(root)).toBe(false))

  it.each([
    { after: 0, current: true, why: 'installed by hand at the very second' },
    { after: -1, current: false, why: 'installed by hand before the lock changed' },
  ])('$current: $why', ({ after, current }) => {
    install(after)
    expect(packagesAreCurrent(root)).toBe(current)
  })

  it.each([
    { hash: HASH_OF_ONE, current: true, why: 'installed from this lock, whatever the times say' },
    { hash: 'another', current: false, why: 'installed from another lock' },
  ])('$current: $why', ({ hash, current }) => {
    install(-1)
    stamp(hash)
    expect(packagesAreCurrent(root)).toBe(current)
  })
})
