import { spawnSync } from 'node:child_process'
import { type AuditOutcome, readAudit } from './audit-report'

/**
 * `npm run audit`: what is known against the packages that Headroom runs with. It fails where something high or critical is known; a registry that
 * does not answer such questions, or is not there, is said and fails nothing, for it says nothing about the packages.
 */
const ASK = ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=10000']
const WAITS_MS = 30_000

function ask(): AuditOutcome {
  const { stdout, error } = spawnSync('npm', ASK, { encoding: 'utf8', timeout: WAITS_MS, shell: process.platform === 'win32' })
  return error ? { type: 'unanswered', reason: error.message } : readAudit(stdout)
}

const outcome = ask()
switch (outcome.type) {
  case 'clean':
    console.log(`Nothing high or critical is known against any of ${outcome.packages} packages.`)
    break
  case 'unanswered':
    console.log(`Not tried: an audit of the packages. The registry does not answer it (${outcome.reason}).`)
    break
  case 'found':
    for (const { name, severity, title, url } of outcome.advisories) console.error(`${name} (${severity}): ${title} ${url}`)
    process.exitCode = 1
}
