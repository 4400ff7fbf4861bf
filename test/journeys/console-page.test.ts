import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Bellwether, startBellwether, stopAllBellwethers } from '../support/bellwether.ts'
import { postChat, quickRequest, simulationHeader } from '../support/chat.ts'
import { buildPage, hasChromium, openPage, startBrowser } from '../support/chromium.ts'
import { startEchoProvider } from '../support/echo-provider.ts'
import { pollUntil } from '../support/poll-until.ts'
import { recordOf } from '../support/search.ts'

/** Scripts and styles, compressed. */
const FIRST_PAGE_LIMIT_BYTES = 250_000
/** A live page asks every two seconds; a busy machine gets more. */
const LIVE_LIMIT_MS = 10_000
const QUESTION = 'Which lighthouse keeper painted the weather vane?'

const MESSAGES_REQUEST = {
  model: 'claude-sonnet-4-20250514',
  max_tokens: 100,
  system: 'Be brief.',
  messages: [
    {
      role: 'user',
      content: [
        {
          type: 'image',
          source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgoA' },
        },
        { type: 'text', text: 'Where is this?' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'A lighthouse.', signature: 'EqQBCgIYAhIM' },
        { type: 'tool_use', id: 'toolu_1', name: 'look_up', input: { keeper: true } },
      ],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'Cape Fear' }],
    },
  ],
}

/** By then a restart waits for 5 s. */
const MOST_KILLS = 7

describe.skipIf(!hasChromium)('the console in a browser (skipped without chromium)', () => {
  let server: Bellwether
  let browser: Browser
  beforeAll(async () => {
    await buildPage()
    server = await startBellwether()
    browser = await startBrowser()
  })
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()))
  })
  afterAll(async () => {
    await browser?.close()
    await stopAllBellwethers()
  })

  async function call(changes: Readonly<Record<string, unknown>>, user: string): Promise<string> {
    const response = await postChat(server.relay, {
      key: server.key,
      headers: { 'x-holysheep-user-id': user },
      body: quickRequest({ messages: [{ role: 'user', content: QUESTION }], ...changes }),
    })
    await response.text()
    const id = response.headers.get('x-request-id')!
    await recordOf(server.search, id)
    return id
  }

  const rows = (page: Page) =>
    page.getByRole('table', { name: 'Calls' }).locator('tr[aria-rowindex]')

  async function search(page: Page, text: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Search calls' }).fill(text)
    await page.keyboard.press('Enter')
  }

  let paid: string
  let refused: string

  it('teaches the first call while there is none, and shows it without a reload', async () => {
    const { page, complaints } = await openPage(browser, server.console)
    await page.getByText('Waiting for the first call').waitFor()
    expect(await page.getByText('Simulated providers:').isVisible()).toBe(true)
    expect(await page.locator('pre').textContent()).toContain(
      `curl ${server.relay}/v1/chat/completions`,
    )
    paid = await call({}, 'user_lighthouse')
    refused = await call({ model: 'imaginary-17', messages: [] }, 'user_lost')
    const tile = page.getByRole('region', { name: 'Key numbers' })
    await tile.getByText('1 failed').waitFor({ timeout: LIVE_LIMIT_MS })
    expect(await tile.locator('p').first().textContent()).toBe('2')
    expect(complaints).toEqual([])
  })

  it('leads from what failed to the call and its error', async () => {
    const { page, complaints } = await openPage(browser, server.console)
    const failures = page.getByRole('region', { name: 'What failed' })
    await failures.getByRole('row').nth(1).getByRole('link').click()
    await rows(page).first().waitFor()
    expect(await rows(page).count()).toBe(1)
    await rows(page).first().click()
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('region', { name: 'Error' }).waitFor()
    expect(await drawer.textContent()).toContain(refused)
    expect(await drawer.textContent()).toContain('imaginary-17')
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'hidden' })
    await rows(page).first().locator('a:focus').waitFor()
    expect(complaints).toEqual([])
  })

  it.each([
    ['a request id', () => paid, () => paid],
    ['a user', () => 'user_lighthouse', () => paid],
    ['words of a prompt', () => 'painted lighthouse', () => paid],
    ['words in their order', () => '"weather vane"', () => paid],
    ['a piece of an error', () => 'imagin', () => refused],
  ])('finds a call by %s', async (_, text, id) => {
    const { page } = await openPage(browser, server.console)
    await page.getByRole('region', { name: 'Key numbers' }).waitFor()
    await page.keyboard.press('/')
    await search(page, text())
    await page.waitForURL(/\/requests\?/)
    await pollUntil('one row', async () => ((await rows(page).count()) === 1 ? true : undefined))
    await rows(page).first().click()
    await page.getByRole('dialog').getByText(id()).first().waitFor()
  })

  it('says so when nothing is found, and clears the search', async () => {
    const { page } = await openPage(browser, `${server.console}/requests?q=unheard-of`)
    await page.getByText('No calls here').waitFor()
    await page.getByRole('button', { name: 'Clear filters and search' }).click()
    await rows(page).nth(1).waitFor()
  })

  it('shows the same call again when its address is opened elsewhere', async () => {
    const { page, complaints } = await openPage(
      browser,
      `${server.console}/requests?f=model:gpt-4o&call=${paid}`,
    )
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('tab', { name: 'Conversation' }).click()
    await drawer.getByText(QUESTION).first().waitFor()
    await drawer.getByRole('heading', { name: 'Answer' }).waitFor()
    await drawer.getByRole('tab', { name: 'JSON' }).click()
    const hit = JSON.parse((await drawer.locator('pre').textContent()) ?? '') as { _source: object }
    expect(hit._source).toMatchObject({ request_id: paid, outcome: 'ok' })
    expect(complaints).toEqual([])
  })

  it("shows a conversation in Anthropic's protocol", async () => {
    const response = await fetch(`${server.relay}/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': server.key,
        ...simulationHeader({ speed: 1_000 }),
      },
      body: JSON.stringify(MESSAGES_REQUEST),
    })
    const answer = (await response.json()) as { content: readonly { text: string }[] }
    const id = response.headers.get('x-request-id')!
    await recordOf(server.search, id)
    const { page, complaints } = await openPage(browser, `${server.console}/requests?call=${id}`)
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('tab', { name: 'Conversation' }).click()
    const messages = drawer.getByRole('listitem').filter({ has: page.getByRole('heading') })
    await pollUntil('all messages', async () => (await messages.count()) === 5 || undefined)
    const shown = await messages.allTextContents()
    expect(shown.slice(0, 4)).toEqual([
      'SystemBe brief.',
      'User[image, image/png, 9 B (not shown)]Where is this?',
      'AssistantThinkingA lighthouse.calls tool look_up{\n  "keeper": true\n}',
      'Toolresult of look_upCape Fear',
    ])
    expect(shown[4]).toContain(answer.content[0]?.text)
    await drawer.getByRole('tab', { name: 'Details' }).click()
    await drawer.getByRole('region', { name: 'What' }).waitFor()
    expect(await drawer.getByRole('region', { name: 'Attempts' }).count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('shows which targets were tried until one answered', async () => {
    const broken = createServer((_, response) => response.writeHead(503).end('{}'))
    await once(broken.listen(0, '127.0.0.1'), 'listening')
    const whole = await startEchoProvider('whole')
    const { port } = broken.address() as AddressInfo
    const other = await startBellwether({
      config: {
        providers: {
          broken: { base_url: `http://127.0.0.1:${port}/v1` },
          whole: { base_url: whole.url },
        },
        models: {
          who: { targets: [{ target: 'broken/a' }, { target: 'whole/b', priority: 1 }] },
        },
        relay: { retry: { attempts: 1 } },
      },
    })
    const body = quickRequest({ model: 'who' })
    const response = await postChat(other.relay, { key: other.key, body })
    await response.text()
    const id = response.headers.get('x-request-id')!
    await recordOf(other.search, id)
    const { page, complaints } = await openPage(browser, `${other.console}/requests?call=${id}`)
    const drawer = page.getByRole('dialog')
    await drawer.getByText('Fallback: whole/b').waitFor()
    const attempts = drawer.getByRole('region', { name: 'Attempts' }).locator('> ol > li')
    expect(await attempts.count()).toBe(2)
    const [first, second] = await attempts.allTextContents()
    expect(first).toMatch(/broken\/a.*503.*fell back/)
    expect(second).toMatch(/whole\/b.*200.*answered.*first byte.* ms/)
    expect(complaints).toEqual([])
    await other.stop()
    broken.close()
    await whole.close()
  })

  it('filters by a value that is clicked', async () => {
    const { page } = await openPage(browser, server.console)
    const users = page.getByRole('region', { name: 'Users' })
    await users.getByRole('button', { name: 'user_lost' }).click()
    await page.getByRole('list', { name: 'Filters' }).getByText('user: user_lost').waitFor()
    expect(new URL(page.url()).searchParams.getAll('f')).toEqual(['user_id:user_lost'])
    await users.getByRole('button', { name: 'user_lighthouse' }).waitFor({ state: 'detached' })
  })

  it('speaks the three languages, keeps the choice, and fits a telephone', async () => {
    const { page, complaints } = await openPage(browser, server.console, {
      viewport: { width: 390, height: 844 },
    })
    for (const [name, heading, tag] of [
      ['Tiếng Việt', 'Lỗi gì đã xảy ra', 'vi'],
      ['简体中文', '失败原因', 'zh-Hans'],
    ] as const) {
      await page.getByRole('button', { name: /Language|Ngôn ngữ|语言/ }).click()
      await page.getByRole('menuitem', { name }).click()
      await page.getByRole('heading', { name: heading }).waitFor()
      expect(await page.locator('html').getAttribute('lang')).toBe(tag)
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
    }
    await page.reload()
    await page.getByRole('heading', { name: '失败原因' }).waitFor()
    expect(complaints).toEqual([])
  })

  it('begins in the colours of the system and keeps those that are chosen', async () => {
    const { page } = await openPage(browser, server.console, { colorScheme: 'dark' })
    const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme')
    expect(await scheme()).toBe('dark')
    await page.getByRole('button', { name: 'Use light colours' }).click()
    await page.reload()
    expect(await scheme()).toBe('light')
  })

  it('loads at most 250 kB of scripts and styles for its first page', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const sizes: Promise<number>[] = []
    page.on('response', (response) => {
      if (!/\.(js|css)$/.test(new URL(response.url()).pathname)) return
      sizes.push(
        response
          .finished()
          .then(() => response.request().sizes())
          .then(({ responseBodySize }) => responseBodySize),
      )
    })
    await page.goto(server.console, { waitUntil: 'networkidle' }).catch(() => undefined)
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    expect(total).toBeGreaterThan(50_000)
    expect(total).toBeLessThan(FIRST_PAGE_LIMIT_BYTES)
  })

  it('says that the log process is gone, and goes on by itself when it is back', async () => {
    const { page } = await openPage(browser, server.console)
    await page.getByRole('region', { name: 'What failed' }).getByRole('link').first().waitFor()
    const alert = page.getByText('The log process does not answer')
    // it may be back before the page asks again; the pauses before a restart grow
    for (let kills = 0; kills < MOST_KILLS && !(await alert.isVisible()); kills++) {
      const seen = alert.waitFor({ timeout: LIVE_LIMIT_MS }).catch(() => undefined)
      await Promise.race([seen, server.restart('log', 'SIGKILL')])
    }
    await alert.waitFor({ timeout: LIVE_LIMIT_MS })
    await page.getByRole('alert').waitFor({ state: 'detached', timeout: 2 * LIVE_LIMIT_MS })
  })
})
