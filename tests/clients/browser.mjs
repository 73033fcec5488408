// A browser without a screen: cookies, redirects, forms, forwarding pages, and the rules of real browsers
// that break sign-ins (SameSite, form-action over the whole redirect chain, Origin under a referrer policy).

import http from 'node:http';
import https from 'node:https';

import { CookieJar } from './cookies.mjs';
import { readPage } from './html.mjs';

const MOST_HOPS = 15;
const TIMEOUT_MS = 20_000;

// node:http and not fetch: fetch does not let its caller say that a request is a navigation.
function exchange(url, { method, headers, body }) {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, timeout: TIMEOUT_MS, agent: false }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const received = new Headers();
        for (let at = 0; at < answer.rawHeaders.length; at += 2) {
          received.append(answer.rawHeaders[at], answer.rawHeaders[at + 1]);
        }
        resolve({ status: answer.statusCode, headers: received, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer from ${url.origin} within ${TIMEOUT_MS} ms`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

function formAction(page) {
  const directives = (page?.headers.get('content-security-policy') ?? '').split(/[;,]/).map((part) => part.trim());
  return directives.find((directive) => /^form-action(\s|$)/i.test(directive))?.split(/\s+/).slice(1);
}

function actionAllowed(sources, page, url) {
  return sources.some((source) => {
    if (source === "'self'") return url.origin === page.url.origin;
    if (source === '*') return true;
    if (source.endsWith(':')) return url.protocol === source;
    return URL.canParse(source) && new URL(source).origin === url.origin;
  });
}

// What the Fetch standard sends as Origin with a form that is posted under this referrer policy.
function originOf(page, url) {
  const policy = page.headers.get('referrer-policy')?.split(',').at(-1)?.trim() || 'strict-origin-when-cross-origin';
  if (policy === 'no-referrer') return 'null';
  return policy === 'same-origin' && page.url.origin !== url.origin ? 'null' : page.url.origin;
}

export class Browser {
  /** Where the browser stops instead of asking: the client's redirect URI, which nobody serves. */
  #stopAt;
  jar = new CookieJar();
  /** Every page that was shown, with the button that was pressed on it. */
  shown = [];

  constructor({ stopAt }) {
    this.#stopAt = new URL(stopAt);
  }

  /** Opens an address as a person who typed it; `{ stopped: URL }` or `{ page }`. */
  open(url) {
    return this.#navigate({ url: new URL(url), method: 'GET', from: undefined });
  }

  /**
   * Fills in a form of the page and presses a button.
   * @param page a page that was shown
   * @param press which button, by its label
   * @param fill values by the field's name; for a select or radio also a RegExp on the option's label
   */
  submit(page, { press, fill = {} }) {
    const pressed = (field) => field.kind === 'button' && press.test(field.label);
    const form = page.forms.find(({ fields }) => fields.some(pressed));
    if (!form) throw new Error(`no button ${press} on "${page.title}" (${page.url.href}): ${page.text.slice(0, 400)}`);
    const button = form.fields.find(pressed);
    const values = fieldValues(form, fill);
    if (button.name) values.append(button.name, button.value);
    page.pressed = button.label;
    const url = new URL(form.action || page.url.href, page.url);
    if (form.method === 'GET') {
      url.search = values.toString();
      return this.#navigate({ url, method: 'GET', from: page, form: true });
    }
    return this.#navigate({ url, method: 'POST', body: values.toString(), from: page, form: true });
  }

  async #navigate({ url, method, body, from, form = false }) {
    const sources = form ? formAction(from) : undefined;
    for (let hop = 0; hop < MOST_HOPS; hop += 1) {
      if (sources && !actionAllowed(sources, from, url)) {
        const rule = `form-action ${sources.join(' ')}`;
        throw new Error(`a browser blocks this form: ${from.url.href} has ${rule}, and it leads to ${url.origin}`);
      }
      if (url.origin === this.#stopAt.origin && url.pathname === this.#stopAt.pathname) return { stopped: url };
      const answer = await this.#ask(url, { method, body, from });
      const location = answer.headers.get('location');
      if (answer.status >= 300 && answer.status < 400 && location) {
        url = new URL(location, url);
        if (answer.status !== 307 && answer.status !== 308) [method, body] = ['GET', undefined];
        continue;
      }
      const page = { url, status: answer.status, headers: answer.headers, ...readPage(answer.text) };
      this.shown.push(page);
      if (page.status < 400 && page.refresh) {
        return this.#navigate({ url: new URL(page.refresh, url), method: 'GET', from: page });
      }
      return { page };
    }
    throw new Error(`more than ${MOST_HOPS} redirects, the last to ${url.href}`);
  }

  async #ask(url, { method, body, from }) {
    const crossSite = from !== undefined && from.url.origin !== url.origin;
    const headers = {
      accept: 'text/html,application/xhtml+xml',
      'user-agent': 'Mozilla/5.0 (scripted)',
      'sec-fetch-dest': 'document',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-site': from ? (crossSite ? 'cross-site' : 'same-origin') : 'none',
      'upgrade-insecure-requests': '1',
    };
    const cookies = this.jar.header(url, { method, crossSite });
    if (cookies) headers.cookie = cookies;
    if (method === 'POST') {
      headers.origin = originOf(from, url);
      headers['content-type'] = 'application/x-www-form-urlencoded';
      headers['content-length'] = Buffer.byteLength(body);
    }
    const answer = await exchange(url, { method, headers, body });
    this.jar.keep(url, answer);
    return answer;
  }
}

function fieldValues(form, fill) {
  const values = new URLSearchParams();
  const wanted = (field, option) => {
    const choice = fill[field.name];
    return choice instanceof RegExp ? choice.test(option.label) : choice === option.value;
  };
  const chosen = new Set();
  for (const field of form.fields) {
    if (!field.name || field.kind === 'button') continue;
    if (field.kind === 'select') {
      const option = field.name in fill
        ? field.options.find((candidate) => wanted(field, candidate))
        : (field.options.find(({ selected }) => selected) ?? field.options[0]);
      if (!option) throw new Error(`"${field.label}" offers none of ${fill[field.name]}`);
      values.append(field.name, option.value);
    } else if (field.kind === 'radio' || field.kind === 'checkbox') {
      if (field.name in fill ? wanted(field, field) : field.checked) {
        values.append(field.name, field.value);
        chosen.add(field.name);
      }
    } else {
      values.append(field.name, field.name in fill ? fill[field.name] : field.value);
    }
  }
  // A person has to pick one of several radio buttons of which none is preset: the first.
  for (const field of form.fields) {
    if (field.kind === 'radio' && !chosen.has(field.name)) {
      values.append(field.name, field.value);
      chosen.add(field.name);
    }
  }
  return values;
}
