import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const EXECUTABLE = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** False where no Chromium is installed; its tests are then skipped. */
export const hasChromium = existsSync(EXECUTABLE)

/** Builds the console's page from its sources, so that no older one is tested. */
export async function buildPage(): Promise<void> {
  await promisify(execFile)('npm', ['run', 'build', '--workspace', 'ui'], {
    cwd: ROOT,
    // under a test runner's own value the libraries' development code would be built in
    env: { ...process.env, NODE_ENV: 'production' },
  })
}

/** Starts a browser with a profile of its own that talks to nobody but the pages opened in it. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface WatchedPage {
  readonly page: Page
  /** What went wrong unseen: script errors, refused styles and scripts, requests to others. */
  readonly complaints: readonly string[]
}

/** Opens a page and notes everything that must not happen on it. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ locale: 'en-US', ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  const { origin } = new URL(url)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) complaints.push(`request to ${request.url()}`)
  })
  await page.goto(url)
  return { page, complaints }
}
