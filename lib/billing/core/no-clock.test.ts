import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** What reads a clock or chance. `Date` and `parseFloat` are lint errors already; these come by way of the kernel. */
const READS_A_CLOCK = /\bsystemClock\b|\bTemporal\.Now\b|\bperformance\.now\b|\bMath\.random\b/

const sources = (pattern: string) => globSync(pattern).filter((file) => !file.endsWith('.test.ts'))
const offenders = (files: readonly string[]) => files.filter((file) => READS_A_CLOCK.test(readFileSync(file, 'utf8')))

describe('C1: business code is handed its time', () => {
  it('no rule and no product reads a clock', () => {
    const files = sources('lib/billing/{core,catalog}/*.ts')
    expect(files.length).toBeGreaterThan(20)
    expect(offenders(files)).toEqual([])
  })

  it('one place reads the system’s', () => {
    const files = sources('{app,components,lib,db}/**/*.{ts,tsx}').filter((file) => readFileSync(file, 'utf8').includes('Temporal.Now'))
    expect(files).toEqual(['lib/time.ts'])
  })

  it('what reads one is found', () => {
    expect(offenders(['lib/time.ts', 'lib/billing/commands/store/organization.ts'])).toHaveLength(2)
  })
})
