// A browser's cookie jar: hosts, paths, ages, the __Host- prefix, Secure and SameSite.

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

// Browsers count loopback addresses as trustworthy without TLS.
const secure = (url) => url.protocol === 'https:' || LOOPBACK.has(url.hostname);

const pathMatches = (path, prefix) =>
  path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);

export class CookieJar {
  #cookies = [];

  /** Keeps what a response sets; refuses what a browser would refuse, with the reason. */
  keep(url, response) {
    for (const line of response.headers.getSetCookie()) this.#keepOne(url, line);
  }

  #keepOne(url, line) {
    const [pair, ...rest] = line.split(';').map((part) => part.trim());
    const at = pair.indexOf('=');
    const cookie = { name: pair.slice(0, at), value: pair.slice(at + 1), host: url.hostname, sameSite: 'lax' };
    const attributes = new Map(
      rest.map((part) => {
        const [name, value = ''] = part.split('=');
        return [name.toLowerCase(), value];
      }),
    );
    cookie.path = attributes.get('path') || '/';
    cookie.secure = attributes.has('secure');
    cookie.httpOnly = attributes.has('httponly');
    cookie.sameSite = (attributes.get('samesite') ?? 'lax').toLowerCase();
    if (attributes.has('domain')) cookie.host = attributes.get('domain').replace(/^\./, '');
    if (cookie.secure && !secure(url)) throw new Error(`${url.origin} sets ${cookie.name} as Secure without TLS`);
    if (cookie.name.startsWith('__Host-') && (!cookie.secure || attributes.has('domain') || cookie.path !== '/')) {
      throw new Error(`a browser refuses the cookie ${cookie.name}: __Host- needs Secure, Path=/ and no Domain`);
    }
    if (!url.hostname.endsWith(cookie.host)) throw new Error(`${url.origin} sets a cookie for ${cookie.host}`);
    this.#cookies = this.#cookies.filter(
      (held) => held.name !== cookie.name || held.host !== cookie.host || held.path !== cookie.path,
    );
    const expires = attributes.has('expires') ? Date.parse(attributes.get('expires')) : Number.POSITIVE_INFINITY;
    const age = attributes.has('max-age') ? Number(attributes.get('max-age')) * 1000 : Number.POSITIVE_INFINITY;
    cookie.until = attributes.has('max-age') ? Date.now() + age : expires;
    if (cookie.until > Date.now()) this.#cookies.push(cookie);
  }

  /**
   * The Cookie header of a navigation. `crossSite` is true where another origin started it: stricter than
   * browsers, which let ports share a site, because in production the two are on different sites.
   */
  header(url, { method, crossSite }) {
    return this.#cookies
      .filter(
        (cookie) =>
          cookie.until > Date.now() &&
          (cookie.host === url.hostname || url.hostname.endsWith(`.${cookie.host}`)) &&
          pathMatches(url.pathname, cookie.path) &&
          (!cookie.secure || secure(url)) &&
          (!crossSite || cookie.sameSite === 'none' || (cookie.sameSite === 'lax' && method === 'GET')),
      )
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  /** Every cookie held, for assertions. */
  all() {
    return this.#cookies.map((cookie) => ({ ...cookie }));
  }
}
