import { globSync, readFileSync } from 'node:fs'

/** Every place in the code at which a process can be killed, as often as it is there. */
export function placesInCode(): string[] {
  const sources = globSync('lib/**/*.ts', { exclude: (path) => path.endsWith('.test.ts') })
  return sources.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\bfailpoint\('([^']+)'\)/g)].map((match) => match[1] ?? ''))
}
