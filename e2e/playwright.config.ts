import { defineConfig, devices } from '@playwright/test'

/** Debian's Chromium outside a desktop session, and nothing that calls home while a test runs. */
const CHROMIUM_FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const executablePath = process.env.CHROMIUM_PATH

export default defineConfig({
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
  use: { trace: 'retain-on-failure', screenshot: 'only-on-failure', locale: 'en-US', timezoneId: 'UTC' },
  projects: [
    {
      name: 'chromium',
      use: {
        ...devices['Desktop Chrome'],
        launchOptions: { args: CHROMIUM_FLAGS, chromiumSandbox: process.getuid?.() !== 0, ...(executablePath ? { executablePath } : {}) },
      },
    },
  ],
})
