// node pages.mjs <the built server>: a person's way through every page, in a real browser.

import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';

import { launch, Watched } from './chromium.mjs';
import { assert, step } from './report.mjs';
import { startServer } from './sandboxed.mjs';

const [binary] = process.argv.slice(2);
if (!binary) {
  console.error('usage: node pages.mjs <path of gojira-mcp>');
  process.exit(2);
}
const { endpoint, atlassian, person: PERSON } = await startServer(binary);
const { origin } = endpoint;
const DAY_MS = 24 * 3600 * 1000;

const day = (from) => new Date(Date.now() + from * DAY_MS).toISOString().slice(0, 10);
const json = async (answer) => ({ status: answer.status, body: await answer.json() });

/** The client's own web server, to which the browser is sent back. */
async function landing() {
  const server = http.createServer((request, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end('<!doctype html><html lang="en"><title>Back</title><p>Back at the client.</p></html>');
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, url: `http://127.0.0.1:${server.address().port}/callback` };
}

async function register(name, redirect) {
  const { status, body } = await json(
    await fetch(`${origin}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: name, redirect_uris: [redirect], token_endpoint_auth_method: 'none' }),
    }),
  );
  assert.equal(status, 201);
  return { id: body.client_id, name, redirect };
}

function authorization(client) {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.id,
    redirect_uri: client.redirect,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    scope: 'read write',
    state: randomBytes(16).toString('base64url'),
    resource: endpoint.href,
  });
  return { verifier, path: `/authorize?${query}` };
}

async function exchange(client, code, verifier) {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirect,
    client_id: client.id,
    code_verifier: verifier,
    resource: endpoint.href,
  });
  const { status, body: tokens } = await json(await fetch(`${origin}/token`, { method: 'POST', body }));
  assert.equal(status, 200, JSON.stringify(tokens));
  return tokens.access_token;
}

/** Calls a tool; gives its answer. */
async function call(bearer, name, given) {
  const { body } = await json(
    await fetch(endpoint, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${bearer}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: given } }),
    }),
  );
  return JSON.parse(body.result.content[0].text);
}

async function statusOf(bearer) {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${bearer}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'pages', version: '1' } },
    }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

const { server, url: redirect } = await landing();
const browser = await launch();
const friends = [new URL(redirect).origin, atlassian];
const person = await Watched.open(browser, { origin, friends });
const { page } = person;

/** Signs in on the invented Atlassian's page, with the keyboard. */
async function signInAtAtlassian() {
  await page.waitForURL((url) => url.origin === atlassian);
  const who = page.getByLabel('Sign in as');
  const option = who.locator('option').filter({ hasText: PERSON.email });
  await who.selectOption((await option.getAttribute('value')) ?? '');
  await page.getByRole('button', { name: 'Allow' }).focus();
  await page.keyboard.press('Enter');
}

/** Lets a client act for the person; gives its bearer. */
async function connect(client) {
  const { path, verifier } = authorization(client);
  await person.goto(path);
  await person.press(person.button(/^Allow/));
  await signInAtAtlassian();
  await page.waitForURL((url) => url.href.startsWith(client.redirect));
  const code = new URL(page.url()).searchParams.get('code');
  assert.ok(code, page.url());
  return exchange(client, code, verifier);
}

const text = () => page.getByRole('main').innerText();
const notice = (role) => page.getByRole(role).filter({ hasText: /\w/ }).first().innerText();

const desk = await register('Desk assistant', redirect);
const other = await register('A second application with a rather long name of its own', redirect);

await step('consent', async () => {
  await person.goto(authorization(desk).path);
  assert.match(await person.heading(), /Allow Desk assistant to administer Atlassian/);
  const words = await text();
  for (const due of [/not verified/i, /127\.0\.0\.1/, /program on your own computer/, /Look/, /Change/, /Atlassian site/]) {
    assert.match(words, due);
  }
  await person.inspect('consent');
  await page.getByText(/Groups of tools/).click();
  await person.inspect('consent-groups');
});

await step('a refusal goes back to the client', async () => {
  await person.press(person.button('Refuse'));
  await page.waitForURL((url) => url.href.startsWith(redirect));
  assert.equal(new URL(page.url()).searchParams.get('error'), 'access_denied');
});

await step('errors say what to do', async () => {
  await person.goto('/authorize?client_id=nobody&redirect_uri=https://evil.example.com&response_type=code', 400);
  assert.match(await text(), /What to do/);
  await person.inspect('untrusted-client');
  await person.goto('/consent?request=gone', 400);
  assert.match(await text(), /Start again from your application/);
  await person.inspect('stale-consent');
  await person.goto('/oauth/atlassian-callback?state=foreign&code=x', 400);
  await person.inspect('foreign-callback');
});

await step('an address that leads nowhere', async () => {
  await person.goto('/nowhere', 404);
  await person.inspect('nowhere');
  await person.goto('/');
  assert.equal(new URL(page.url()).pathname, '/connect');
});

await step('a form from elsewhere is not accepted', async () => {
  await person.goto('/connect');
  await page.locator('input[name=form_token]').first().evaluate((field) => field.setAttribute('value', 'guess'));
  await person.press(person.button('Sign in with Atlassian'), 403);
  await person.inspect('forged');
});

await step('signed out', async () => {
  await person.goto('/connect');
  await person.inspect('overview-signed-out');
  await person.goto('/connect/api-token');
  await person.inspect('api-token-signed-out');
  await person.goto('/connect/plans');
  await person.inspect('plans-signed-out');
});

await step('on the way to Atlassian', async () => {
  const anywhere = `${atlassian}/**`;
  await page.route(anywhere, (route) => route.fulfill({ status: 204 }));
  await person.goto('/connect');
  await person.press(person.button('Sign in with Atlassian'));
  const { hostname } = new URL(atlassian);
  assert.ok((await text()).includes(hostname), 'it names where one is sent');
  assert.ok((await page.getByRole('link', { name: /^go on to/ }).getAttribute('href')).startsWith(atlassian));
  await person.inspect('forward');
  await page.unroute(anywhere);
});

await step('signing in leads back to the page one came from', async () => {
  for (const path of ['/connect/api-token', '/connect']) {
    await person.goto(path);
    const button = person.button(/^Sign in (with|to) Atlassian/);
    await person.press(button);
    await signInAtAtlassian();
    await page.waitForURL(`${origin}${path}`);
  }
  assert.match(await text(), /Signed in as/);
});

await step('a person with nothing connected', async () => {
  await person.press(person.button('Sign out of everything'));
  await person.press(person.button('Sign out of everything'));
  await person.press(person.button('Sign in with Atlassian'));
  await signInAtAtlassian();
  await page.waitForURL(`${origin}/connect`);
  assert.match(await text(), /None\. An application appears here/);
  await person.inspect('overview-empty');
});

const bearers = await step('two clients', async () => ({ desk: await connect(desk), other: await connect(other) }));

async function fill({ email = PERSON.email, token = PERSON.token, expires = day(200) }) {
  await page.getByLabel(/E-mail address/).fill(email);
  await page.getByLabel('API token', { exact: true }).fill(token);
  await page.getByLabel(/day on which it expires/).fill(expires);
}

await step('a wrong token is not kept', async () => {
  await person.goto('/connect/api-token');
  assert.match(await text(), /No token is bound/);
  await person.inspect('api-token-none');
  await fill({ token: 'wrong' });
  await person.press(person.button(/^Check and keep/), 400);
  assert.match(await notice('alert'), /Nothing was changed/);
  assert.match(await page.getByLabel(/E-mail address/).inputValue(), /@/);
  assert.equal(await page.getByLabel('API token', { exact: true }).inputValue(), '', 'a token is never shown again');
  await person.inspect('api-token-wrong');
});

await step('a token is bound, tested, about to expire', async () => {
  await fill({});
  await page.getByLabel(/day on which it expires/).focus();
  await person.press(person.button(/^Check and keep/));
  assert.match(await notice('status'), /is bound to you/);
  assert.match(await text(), /Without scopes/);
  await person.inspect('api-token-bound');
  await person.press(person.button(/^Test again/));
  assert.match(await notice('status'), /Atlassian took the token on \d{4}-\d\d-\d\d at \d\d:\d\d:\d\d UTC/);
  await person.inspect('api-token-tested');
  await fill({ expires: day(5) });
  await person.press(person.button(/^Check and keep/));
  assert.match(await text(), /[34] days left/);
  await person.inspect('api-token-soon');
});

await step('what is connected', async () => {
  await person.goto('/connect');
  const words = await text();
  for (const due of [desk.name, other.name, '127.0.0.1', '1 sign-in', 'Look', 'days left']) {
    assert.ok(words.includes(due), `${due} is missing in ${words}`);
  }
  await person.inspect('overview');
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.getByRole('button').count(), 0, 'a print has no buttons');
  await page.screenshot({ path: new URL('../artefacts/overview-print.png', import.meta.url).pathname, fullPage: true });
  await page.emulateMedia({ media: 'screen' });
});

const CHANGE = { fieldId: 'customfield_10033', name: 'Told by the desk', description: 'For all who ask' };

/** Prepares a change through a client; gives the path of its page and what commits it. */
async function prepare(name, given) {
  const dry = await call(bearers.desk, name, given);
  assert.ok(dry.result?.approve_at, JSON.stringify(dry));
  const { pathname } = new URL(dry.result.approve_at);
  return { pathname, commit: { ...given, commit: true, plan_id: dry.result.plan_id } };
}

await step('what waits is read without knowing JSON', async () => {
  await person.goto('/connect/plans');
  assert.match(await text(), /Nothing waits/);
  await person.inspect('plans-empty');
  const { pathname, commit } = await prepare('custom_field_update', CHANGE);
  await prepare('custom_field_delete', { fieldId: 'customfield_10033' });
  await person.goto('/connect/plans');
  assert.equal(await page.getByRole('row').count(), 3);
  await person.inspect('plans');
  await person.goto(pathname);
  const words = await text();
  for (const due of [/Desk assistant/, /Nothing has been changed yet/, /Before/, /After/, /Description/, /For all who ask/, /Can it be undone\?/]) {
    assert.match(words, due);
  }
  assert.doesNotMatch(words, /"op"/, 'the patch is folded away');
  await person.inspect('plan');
  for (const summary of await page.locator('summary').all()) await summary.click();
  assert.match(await text(), /"op"/);
  await person.inspect('plan-unfolded');
  const early = await call(bearers.desk, 'custom_field_update', commit);
  assert.equal(early.result.not_committed.code, 'CONSENT_REQUIRED');
  await person.press(person.button('Approve'));
  assert.match(await notice('status'), /Approved/);
  await person.inspect('plan-approved');
  const done = await call(bearers.desk, 'custom_field_update', commit);
  assert.ok(done.operation_id, JSON.stringify(done));
  await person.goto(pathname);
  assert.match(await text(), /carried out/);
  await person.inspect('plan-used');
});

await step('a list tells what comes, and what nobody can tell says so', async () => {
  const list = { fieldId: 'customfield_10053', contextId: '10246', projectIds: ['10002'] };
  await person.goto((await prepare('custom_field_project_assign', list)).pathname);
  assert.match(await text(), /not there/);
  await person.inspect('plan-list');
  await person.goto((await prepare('asset_import_start', { importId: '000003e8-d598-49a8-ac48-00039b078458' })).pathname);
  assert.match(await text(), /cannot be told before it is made/);
  await person.inspect('plan-untold');
  const shared = { schemeId: 10000, description: 'For people and finance' };
  await person.goto((await prepare('permission_scheme_update', shared)).pathname);
  assert.match(await text(), /What else it reaches/);
  await person.inspect('plan-impact');
});

await step('a refusal stands', async () => {
  const { pathname, commit } = await prepare('custom_field_delete', { fieldId: 'customfield_10033' });
  await person.goto(pathname);
  assert.match(await text(), /not there any more/);
  await person.inspect('plan-delete');
  await person.press(person.button('Refuse'));
  assert.match(await notice('status'), /Refused/);
  await person.inspect('plan-refused');
  const refused = await call(bearers.desk, 'custom_field_delete', commit);
  assert.match(refused.result.not_committed.message, /a person refused/);
});

await step('a plan that is not theirs is not there', async () => {
  await person.goto('/connect/plans/plan_00000000-0000-4000-8000-000000000000', 404);
  assert.match(await text(), /No such plan of yours/);
  await person.inspect('plan-none');
});

await step('withdrawing ends a client and no other', async () => {
  await person.goto('/connect');
  assert.deepEqual([await statusOf(bearers.desk), await statusOf(bearers.other)], [200, 200]);
  await person.press(person.button(`Withdraw what ${desk.name} may do`));
  assert.match(await notice('status'), /Withdrawn/);
  assert.deepEqual([await statusOf(bearers.desk), await statusOf(bearers.other)], [401, 200]);
  assert.ok(!(await text()).includes(desk.name));
  await person.inspect('overview-withdrawn');
});

await step('a consent that is withdrawn on the way is not made', async () => {
  const third = await register('A third application', redirect);
  await connect(third);
  await person.goto(authorization(third).path);
  await person.press(person.button(/^Allow/));
  await page.waitForURL((url) => url.origin === atlassian);
  const beside = await person.context.newPage();
  await beside.goto(`${origin}/connect`);
  await beside.getByRole('button', { name: `Withdraw what ${third.name} may do` }).click();
  await beside.getByText(/^Withdrawn\./).waitFor();
  await beside.close();
  await signInAtAtlassian();
  await page.waitForURL((url) => url.origin === origin);
  assert.match(await person.heading(), /was not connected/);
  await person.inspect('withdrawn-on-the-way');
});

await step('a token is removed', async () => {
  await person.goto('/connect/api-token');
  await person.press(person.button(/^Remove/));
  assert.match(await notice('status'), /removed/);
  assert.match(await text(), /No token is bound/);
});

await step('signing out of everything', async () => {
  await person.goto('/connect');
  await person.press(person.button('Sign out of everything'));
  assert.equal(await statusOf(bearers.other), 200, 'one is asked before');
  await person.inspect('sign-out');
  await person.press(person.button('Sign out of everything'));
  assert.match(await notice('status'), /signed out of everything/);
  assert.equal(await statusOf(bearers.other), 401);
  await person.inspect('signed-out-of-everything');
});

await browser.close();
server.close();
process.exit(0);
