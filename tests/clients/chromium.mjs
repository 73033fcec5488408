// A real browser that watches itself: no violation of the page's policy, no console error, no foreign request.

import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';

import { chromium } from 'playwright-core';

import { assert } from './report.mjs';

const ARTEFACTS = new URL('../artefacts/', import.meta.url);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const TAB_STOPS = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
const MOST_TABS = 60;

/** Starts the system's Chromium; nothing is downloaded. */
export async function launch() {
  const executablePath = execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
  mkdirSync(ARTEFACTS, { recursive: true });
  return chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A browser of one person; `origin` is the server's, `friends` are other origins it may ask. */
export class Watched {
  #origin;
  #complaints = [];
  #answer;

  static async open(browser, { origin, friends }) {
    const watched = new Watched();
    watched.#origin = origin;
    watched.context = await browser.newContext({ colorScheme: 'light', viewport: { width: 1100, height: 900 } });
    watched.page = await watched.context.newPage();
    const allowed = new Set([origin, ...friends]);
    watched.page.on('request', (request) => {
      const url = new URL(request.url());
      if (!allowed.has(url.origin)) watched.#complaints.push(`asks ${url.origin}`);
      if (url.origin === origin && request.resourceType() === 'script') watched.#complaints.push(`runs ${url.href}`);
    });
    // A refusal is a page with its status; the browser notes the status of the document itself.
    watched.page.on('console', (message) => {
      const ours = message.location().url.startsWith(origin);
      const status = /status of 4\d\d/.test(message.text()) && message.location().url === watched.page.url();
      if (ours && message.type() === 'error' && !status) watched.#complaints.push(message.text());
    });
    // After a 303 another page follows; after a 204 the page that is shown stays.
    watched.page.on('response', (answer) => {
      if (answer.request().isNavigationRequest() && ![204, 303].includes(answer.status())) watched.#answer = answer;
    });
    watched.page.on('pageerror', (error) => watched.#complaints.push(String(error)));
    return watched;
  }

  /** Goes to an address of the server and holds that the answer carries the policy. */
  async goto(path, status = 200) {
    const answer = await this.page.goto(new URL(path, this.#origin).href);
    this.#holdsPolicy(answer, status);
  }

  /** Presses a control with the keyboard and waits for the page that comes. */
  async press(locator, status = 200) {
    await locator.focus();
    const [answer] = await Promise.all([
      this.page.waitForResponse((one) => one.request().isNavigationRequest()),
      this.page.keyboard.press('Enter'),
    ]);
    await this.page.waitForLoadState();
    if (new URL(answer.url()).origin === this.#origin) this.#holdsPolicy(answer, status);
  }

  #holdsPolicy(answer, status) {
    assert.equal(answer.status(), status, `${answer.url()} answers ${answer.status()}`);
    const headers = answer.headers();
    if (!headers['content-type']?.startsWith('text/html')) return;
    assert.equal(headers['content-security-policy'], POLICY, answer.url());
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cache-control'], 'no-store');
  }

  button(name) {
    return this.page.getByRole('button', { name });
  }

  heading() {
    return this.page.getByRole('heading', { level: 1 }).innerText();
  }

  /** Looks at the page that is shown in every way a person may see it. */
  async inspect(name) {
    const { page } = this;
    const html = await this.#answer.text();
    assert.doesNotMatch(html, /<script|<style|\sstyle=|\son[a-z]+=/i, `${name} has nothing inline`);
    assert.equal(await page.getByRole('main').count(), 1, `${name} has one main part`);
    assert.equal(await page.locator('h1').count(), 1, `${name} has one heading of the first level`);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: this.#artefact(name, colorScheme), fullPage: true });
      await this.#accessible(`${name} in ${colorScheme}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 320, height: 700 });
    const [wide, has] = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return [scrollWidth, clientWidth];
    });
    assert.ok(wide <= has, `${name} scrolls sideways on a phone: ${wide} > ${has}`);
    await page.screenshot({ path: this.#artefact(name, 'phone'), fullPage: true });
    await this.#accessible(`${name} on a phone`);
    await page.setViewportSize({ width: 1100, height: 900 });
    await this.#keyboard(name);
    assert.deepEqual(this.#complaints, [], name);
  }

  #artefact(name, look) {
    return new URL(`${name}-${look}.png`, ARTEFACTS).pathname;
  }

  // In a world of its own, which the page's policy does not reach, so that the policy stays on.
  async #accessible(name) {
    const session = await this.context.newCDPSession(this.page);
    const { frameTree } = await session.send('Page.getFrameTree');
    const world = { frameId: frameTree.frame.id, worldName: 'axe' };
    const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', world);
    const run = (expression) =>
      session.send('Runtime.evaluate', { contextId, expression, awaitPromise: true, returnByValue: true });
    await run(AXE);
    const only = JSON.stringify({ runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'] });
    const { result, exceptionDetails } = await run(
      `axe.run(document, ${only}).then(({ violations, passes }) => ({ violations, passed: passes.length }))`,
    );
    await session.detach();
    assert.equal(exceptionDetails, undefined, `${name}: ${JSON.stringify(exceptionDetails)}`);
    assert.ok(result.value.passed > 10, `${name}: axe held next to nothing`);
    const found = result.value.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
    );
    assert.deepEqual(found, [], name);
  }

  /** Walks the page with Tab alone: every control is reached in order, and one sees where one is. */
  async #keyboard(name) {
    const { page } = this;
    const due = await page.locator(TAB_STOPS).evaluateAll((all) => all.filter((one) => one.checkVisibility()).length);
    await page.evaluate(() => {
      // Tab begins where the focus was last.
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute('tabindex');
      getSelection().removeAllRanges();
      scrollTo(0, 0);
    });
    const reached = new Set();
    let place = -1;
    for (let tabs = 0; tabs < MOST_TABS && reached.size < due; tabs += 1) {
      await page.keyboard.press('Tab');
      const here = await page.evaluate((stops) => {
        const one = document.activeElement;
        const style = getComputedStyle(one);
        const seen = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2;
        return { at: [...document.querySelectorAll(stops)].indexOf(one), seen, tag: one.outerHTML.slice(0, 120) };
      }, TAB_STOPS);
      if (here.at < 0) continue;
      assert.ok(here.seen, `${name}: no sign of the focus on ${here.tag}`);
      assert.ok(here.at >= place, `${name}: the focus jumps back to ${here.tag}`);
      place = here.at;
      reached.add(here.at);
    }
    assert.equal(reached.size, due, `${name}: Tab reaches ${reached.size} of ${due} controls`);
  }
}
