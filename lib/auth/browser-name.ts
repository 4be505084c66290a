import bowser from 'bowser'

/** Where a request comes from. */
export type Browser = { address: string; agent: string }
/** Where a try came from; its browser where it is known. */
export type KnownBrowser = { address: string; agent?: string | undefined }

/** Of what a browser says of itself. */
export const AGENT_LENGTH = 300

/** What a browser says of itself, as its owner knows it; null where it says nothing that is known. */
export function readBrowser(agent: string): { browser: string | null; system: string | null } {
  if (agent === '') return { browser: null, system: null }
  const { browser, os } = bowser.parse(agent)
  return { browser: browser.name || null, system: os.name || null }
}
