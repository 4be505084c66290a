import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { SETTINGS } from '../platform/settings'
import { findStandAlone } from '../platform/stand-alone'
import { theMetrics } from './metrics'

const DIRECTORY = 'docs/operation'
const read = (name: string) => readFileSync(join(DIRECTORY, name), 'utf8')

const rule = z.strictObject({
  alert: z.string().regex(/^[A-Z][A-Za-z]+$/),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
  annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
})
const rules = z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })) })

const service = z.looseObject({
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  user: z.string().optional(),
  image: z.string(),
  healthcheck: z.looseObject({}).optional(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
})
const compose = z.looseObject({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) })

/** What a scrape answers: a histogram by its three names. */
function emittedNames(): Set<string> {
  const names = theMetrics()
    .registry.getMetricsAsArray()
    .flatMap(({ name, type }: { name: string; type: unknown }) => (String(type) === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]))
  return new Set(names)
}

/** Names of metrics in an expression or in prose; `up` is Prometheus' own. */
const namesIn = (text: string) => text.match(/\b(headroom|process|nodejs)_[a-z0-9_]+/g) ?? []

const alarms = () => rules.parse(parse(read('alerts.yml'))).groups.flatMap((group) => group.rules)

describe('the alarms', () => {
  it('are made of metrics that there are', () => {
    const emitted = emittedNames()
    for (const { alert, expr } of alarms()) {
      const names = namesIn(expr)
      if (alert !== 'HeadroomDown') expect(names, alert).not.toEqual([])
      for (const name of names) expect(emitted, `${alert} is made of ${name}`).toContain(name)
    }
  })

  it('have a section of the runbook each, and it no other', () => {
    const runbook = read('runbook.md')
    const sections = [...runbook.matchAll(/^## (\w+)$/gm)].map(([, title]) => title)
    const names = alarms().map(({ alert }) => alert)
    expect(new Set(names).size).toBe(names.length)
    expect(sections.filter((title) => title !== 'Restoring')).toEqual(names)
    for (const { alert, annotations } of alarms()) expect(annotations.runbook).toBe(`runbook.md#${alert.toLowerCase()}`)
  })

  it('lead to a runbook whose metrics and links there are', () => {
    const emitted = emittedNames()
    const runbook = read('runbook.md')
    for (const name of namesIn(runbook).filter((one) => !/^headroom_(web|engine)$/.test(one))) expect(emitted, name).toContain(name)
    const anchors = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'))
    for (const page of ['runbook.md', 'more-than-one-machine.md']) {
      for (const [, target = ''] of read(page).matchAll(/\]\(([^)]+)\)/g)) {
        if (target.startsWith('#')) expect(anchors, `${page} leads to ${target}`).toContain(target.slice(1))
        else expect(existsSync(join(DIRECTORY, target)), `${page} leads to ${target}`).toBe(true)
      }
    }
  })
})

describe('the containers', () => {
  const { services, volumes } = compose.parse(parse(read('compose.yml'), { merge: true }))
  const ours = Object.entries(services).filter(([, { image }]) => image === 'headroom')
  const settings = new Set(SETTINGS.map(({ name }) => name))

  it('are given settings that there are, and all that processes must share', () => {
    expect(ours.map(([name]) => name)).toEqual(['web', 'worker', 'backup'])
    for (const [name, { environment = {} }] of ours) {
      for (const variable of Object.keys(environment)) expect(settings, `${name}: ${variable}`).toContain(variable)
      expect(Object.keys(environment)).toEqual(
        expect.arrayContaining(['DATABASE_URL', 'NEXTAUTH_SECRET', 'HEADROOM_ENCRYPTION_KEYS', 'HEADROOM_URL', 'STRIPE_SECRET_KEY']),
      )
    }
  })

  it('ask for what a start knows, not as root, from a Dockerfile and with volumes that there are', () => {
    const shared = { databaseUrl: 'x', sessionSecret: 'x', encryptionKeys: 'x', publicUrl: 'x', paymentsMode: 'live' } as const
    expect(findStandAlone(services.web?.command ?? [], shared)).toBe('web')
    expect(findStandAlone(services.worker?.command ?? [], shared)).toBe('worker')
    for (const [name, { user, build, ...rest }] of ours) {
      expect(user, name).toBe('node')
      expect(existsSync(join(build?.context === '../..' ? '.' : 'nowhere', build?.dockerfile ?? ''))).toBe(true)
      for (const mount of z.array(z.string()).parse(rest.volumes)) expect(volumes).toHaveProperty(mount.split(':')[0] ?? '')
    }
    expect(services.database?.healthcheck).toHaveProperty('test')
  })

  it('are built from files, variables and addresses that there are', () => {
    const dockerfile = read('Dockerfile')
    const programs = [...`${dockerfile}${read('compose.yml')}`.matchAll(/lib\/platform\/[\w-]+\.ts/g)].map(([file]) => file)
    expect(programs.length).toBeGreaterThan(2)
    for (const file of programs) expect(existsSync(file), file).toBe(true)
    for (const [, name = ''] of dockerfile.matchAll(/\b((?:HEADROOM_\w+|PORT|HOST))=/g)) expect(settings).toContain(name)
    expect(dockerfile).toMatch(/^USER node$/m)
    expect(dockerfile).toContain('/api/v1/health/live')
    expect(read('Dockerfile.dockerignore').split('\n')).toEqual(expect.arrayContaining(['.env', '.git', '.headroom', 'node_modules']))
  })
})
