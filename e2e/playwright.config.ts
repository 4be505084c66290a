import { defineConfig, devices } from '@playwright/test'

/** Debian's Chromium outside a desktop session, and nothing that calls home while a test runs. */
const CHROMIUM_FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const executablePath = process.env.CHROMIUM_PATH

const chromium = {
  ...devices['Desktop Chrome'],
  launchOptions: { args: CHROMIUM_FLAGS, chromiumSandbox: process.getuid?.() !== 0, ...(executablePath ? { executablePath } : {}) },
}
/** What people do, told in their words; the rest looks at pages, measures them or stops the product. */
const STORIES = /(billing-manager|change-plan|developers|notifications|operator|other-products|people|personas|usage-and-end|ways-in)\.spec\.ts$/
const isDeep = process.env.HEADROOM_TEST_DEPTH === 'deep'

export default defineConfig<object, { hand: 'mouse' | 'keyboard' }>({
  testDir: '.',
  outputDir: '../test-results',
  globalSetup: './product.ts',
  fullyParallel: true,
  forbidOnly: true,
  retries: 0, // A test that passes the second time has found something.
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : 'list',
  // No traces: kept for every test they are a sixth of the time; `--trace on` keeps them for one that is looked into.
  use: { trace: 'off', screenshot: 'only-on-failure', locale: 'en-US', timezoneId: 'UTC' },
  projects: [
    { name: 'chromium', use: chromium },
    ...(isDeep ? [{ name: 'keyboard', testMatch: STORIES, use: { ...chromium, hand: 'keyboard' as const } }] : []),
  ],
})
