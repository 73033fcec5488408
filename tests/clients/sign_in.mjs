// From a 401 to a connected client: discovery, registration, PKCE, our consent page, Atlassian's sign-in page.

import { Browser } from './browser.mjs';
import { MemoryProvider } from './provider.mjs';
import { assert, step } from './report.mjs';
import { Trace } from './trace.mjs';

// Nothing listens there: the scripted browser stops before it asks.
export const REDIRECT = 'http://127.0.0.1:33418/callback';
export const AGREE = /^(allow|approve|accept|agree|continue)\b/i;
export const REFUSE = /^(deny|cancel|refuse|decline)\b/i;
const MOST_PAGES = 8;

/** Presses a button on page after page until the browser is sent back to the client. */
export async function walk(browser, url, choose) {
  let here = await browser.open(url);
  for (let pages = 0; here.page; pages += 1) {
    const { page } = here;
    assert.ok(page.status < 400, `${page.url.href} answers ${page.status}: ${page.text.slice(0, 600)}`);
    assert.ok(pages < MOST_PAGES, `still signing in after ${MOST_PAGES} pages, now at ${page.url.href}`);
    here = await browser.submit(page, choose(page));
  }
  return here.stopped;
}

// The consent page is the server's own; every other page on the way is Atlassian's.
export const isOurs = (page, endpoint) => page.url.origin === endpoint.origin;

export function checkCallback(callback, provider) {
  const { searchParams } = callback;
  assert.equal(searchParams.get('state'), provider.lastState(), 'the state comes back unchanged');
  const { issuer } = provider.discoveryState().authorizationServerMetadata;
  assert.equal(searchParams.get('iss'), issuer, 'the answer names its issuer (RFC 9207)');
}

/**
 * Signs a client in and connects it.
 * @param {{ era: object, endpoint: URL }} options `endpoint` is the exact /mcp URL
 */
export async function signIn({ era, endpoint }) {
  const trace = new Trace();
  const name = `Scripted ${era.name} client`;
  const provider = new MemoryProvider({ redirectUrl: REDIRECT, name });
  const options = { authProvider: provider, fetch: trace.fetch };
  const first = era.transport(endpoint, options);

  await step('challenge and discovery', async () => {
    await assert.rejects(era.client().connect(first), (error) => {
      if (era.isUnauthorized(error)) return true;
      throw new Error('the client ends otherwise than by asking for a sign-in', { cause: error });
    });
    const [refused] = trace.to(endpoint.pathname, 'POST');
    assert.equal(refused.status, 401);
    assert.match(refused.challenge ?? '', /^Bearer .*resource_metadata="[^"]+"/);
    const { resourceMetadata: resource, authorizationServerMetadata: server } = provider.discoveryState();
    assert.equal(resource.resource, endpoint.href, 'the resource is the exact /mcp URL');
    assert.deepEqual(resource.authorization_servers, [server.issuer]);
    assert.ok(!server.issuer.endsWith('/'), 'the issuer has no trailing slash');
    assert.deepEqual(server.code_challenge_methods_supported, ['S256']);
    assert.equal(server.authorization_response_iss_parameter_supported, true);
    return { line: { issuer: server.issuer } };
  });

  const url = await step('registration and PKCE', () => {
    const { registration_endpoint: endpointOf } = provider.discoveryState().authorizationServerMetadata;
    const [registration] = trace.to(new URL(endpointOf).pathname, 'POST');
    assert.equal(registration.status, 201);
    assert.equal(registration.json.client_name, name);
    assert.deepEqual(registration.json.grant_types, provider.clientMetadata.grant_types);
    assert.equal(registration.json.client_secret, undefined, 'a public client gets no secret');
    assert.equal(provider.asked.length, 1);
    const { searchParams } = provider.asked[0];
    assert.equal(searchParams.get('code_challenge_method'), 'S256');
    assert.match(searchParams.get('code_challenge'), /^[\w-]{43}$/);
    assert.equal(searchParams.get('resource'), endpoint.href);
    assert.equal(searchParams.get('state'), provider.lastState());
    return { line: { scope: searchParams.get('scope') }, asked: provider.asked[0] };
  }).then(({ asked }) => asked);

  for (const [who, ours] of [['the consent page', true], ["Atlassian's page", false]]) {
    await step(`a refusal on ${who}`, async () => {
      const browser = new Browser({ stopAt: REDIRECT });
      const callback = await walk(browser, url, (page) => ({
        press: isOurs(page, endpoint) === ours ? REFUSE : AGREE,
      }));
      assert.equal(callback.searchParams.get('error'), 'access_denied');
      assert.equal(callback.searchParams.get('code'), null);
      checkCallback(callback, provider);
    });
  }

  const { callback } = await step('consent and sign-in', async () => {
    const browser = new Browser({ stopAt: REDIRECT });
    const back = await walk(browser, url, () => ({ press: AGREE }));
    const consent = browser.shown.find((page) => isOurs(page, endpoint) && page.pressed);
    assert.ok(consent, 'the server asked for consent before Atlassian did');
    assert.ok(consent.text.includes(name), `the consent page names the client: ${consent.text}`);
    assert.ok(consent.text.includes(new URL(REDIRECT).hostname), 'the consent page names the host of the redirect');
    const framing = consent.headers.get('content-security-policy') ?? '';
    assert.match(framing, /frame-ancestors 'none'/, 'the consent page cannot be framed');
    const atlassian = browser.shown.findIndex((page) => !isOurs(page, endpoint));
    assert.ok(atlassian > browser.shown.indexOf(consent), 'Atlassian is asked after consent, not before');
    const cookies = browser.jar.all();
    assert.ok(cookies.length > 0, 'the sign-in is bound to the browser');
    assert.ok(cookies.every((cookie) => cookie.httpOnly), 'no script reads the cookies of the sign-in');
    assert.equal(back.searchParams.get('error'), null, back.href);
    checkCallback(back, provider);
    return { line: { pages: browser.shown.map((page) => page.title) }, callback: back };
  });

  await step('code exchange', async () => {
    await era.finish(first, callback);
    const { token_endpoint: endpointOf } = provider.discoveryState().authorizationServerMetadata;
    const { form, status } = trace.to(new URL(endpointOf).pathname, 'POST').at(-1);
    assert.equal(status, 200);
    assert.equal(form.get('grant_type'), 'authorization_code');
    assert.equal(form.get('resource'), endpoint.href);
    assert.ok(form.get('code_verifier'));
    const tokens = provider.tokens();
    assert.ok(tokens.access_token && tokens.refresh_token);
    assert.equal(tokens.expires_in, 3600);
    return { line: { scope: tokens.scope } };
  });

  const client = era.client();
  await step('connection', async () => {
    const transport = era.transport(endpoint, options);
    await client.connect(transport);
    assert.equal(era.negotiated(client, transport), era.revision);
    return { line: { revision: era.revision, server: client.getServerVersion()?.name } };
  });
  return { client, provider, trace };
}
