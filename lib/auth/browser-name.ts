import bowser from 'bowser'

/** What a browser says of itself, as its owner knows it; null where it says nothing that is known. */
export function readBrowser(agent: string): { browser: string | null; system: string | null } {
  if (agent === '') return { browser: null, system: null }
  const { browser, os } = bowser.parse(agent)
  return { browser: browser.name || null, system: os.name || null }
}
