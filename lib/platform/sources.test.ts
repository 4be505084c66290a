import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseBody } from '../api/read-request'

const FOLDERS = ['app', 'components', 'db', 'lib']
const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|tsx|mjs)$/.test(name) && !/\.test\.tsx?$|(?:^|\/)testing/.test(name))
    .map((name) => `${folder}/${name}`),
)
const sources = files.map((file) => ({ file, source: readFileSync(file, 'utf8') }))
const where = (pattern: RegExp) => sources.filter(({ source }) => pattern.test(source)).map(({ file }) => file)

describe('the sources', () => {
  it('are read', () => {
    expect(sources.length).toBeGreaterThan(500)
    expect(where(/parseBody/)).toContain('lib/api/read-request.ts')
  })

  it('start no program but to install, build, start and back up', () => {
    expect(where(/child_process/).filter((file) => !file.startsWith('lib/platform/'))).toEqual([])
    expect(where(/from 'execa'|from 'zx'|from 'cross-spawn'/)).toEqual([])
  })

  it('nowhere turn off that a certificate is checked', () => {
    expect(where(/rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity/)).toEqual([])
  })

  it('store one thing in the browser: whether something is folded away', () => {
    expect(where(/\b(?:local|session)Storage\b|\bindexedDB\b|document\.cookie/)).toEqual(['components/layout/stored-flag.ts'])
  })

  it('take chance from the system’s generator, but for how long a client waits', () => {
    expect(where(/Math\.random|pseudoRandomBytes/)).toEqual(['lib/client/backoff.ts'])
  })

  it('hash with SHA-256 and nothing weaker; SHA-1 is named where authenticator apps know nothing else', () => {
    const named = sources.flatMap(({ source }) => [...source.matchAll(/\b(?:createHash|createHmac|hkdfSync|hash)\(\s*'(\w+)'/g)].map(([, name]) => name))
    expect(named.length).toBeGreaterThan(20)
    expect([...new Set(named)]).toEqual(['sha256'])
    const unnamed = sources.filter(({ source }) => /\b(?:createHash|createHmac|hkdfSync)\(\s*[^'\s)]/.test(source)).map(({ file }) => file)
    expect(unnamed).toEqual([])
    expect(where(/\b(?:md5|sha-?1|ripemd\w*)\b/i)).toEqual(['lib/auth/one-time-code.ts'])
  })

  it('speak to a terminal only where nobody is served: in commands, at the start, and as an example', () => {
    const speaking = where(/\bconsole\.\w+\(|process\.std(?:out|err)\.write\(/).filter((file) => !/^lib\/(?:platform|payments\/sandbox|client)\//.test(file))
    expect(speaking.toSorted()).toEqual([
      'components/developers/reference-card.tsx',
      'lib/auth/create-key.ts',
      'lib/auth/operator-command.ts',
      'lib/server.ts',
      'lib/worker/books-command.ts',
    ])
  })

  it('make no program of text', () => {
    expect(where(/\beval\(|new Function\(|node:vm/)).toEqual([])
  })
})

it('every dependency is of one version, known by its hash', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) expect(version, name).toMatch(/^\d+\.\d+\.\d+/)
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, { integrity?: string; inBundle?: boolean }> }
  const unknown = Object.entries(packages).filter(
    ([path, { integrity, inBundle }]) => path.startsWith('node_modules/') && !inBundle && !integrity?.startsWith('sha512-'),
  )
  expect(unknown.map(([path]) => path)).toEqual([])
})

it('a body that names a prototype changes none', () => {
  const sent = '{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}}'
  expect(parseBody(new TextEncoder().encode(sent), 'application/json')).toBeInstanceOf(Object)
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
})
