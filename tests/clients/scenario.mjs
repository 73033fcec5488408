// What an administrator's client does in one sitting, in either protocol era: look, preview, change, undo, leave.

import { Browser } from './browser.mjs';
import { assert, step } from './report.mjs';
import { AGREE, checkCallback, isOurs, REDIRECT, REFUSE, signIn, walk } from './sign_in.mjs';

const NAME = /^[a-z][a-z0-9_]{0,39}$/;
const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'];
const MOST_LISTED = 40;
const MOST_LIST_BYTES = 12_000 * 4;
const PLAN_MS = 15 * 60_000;

/** A connected client that calls tools and reads the one JSON text block of their answers. */
class Tools {
  constructor(client) {
    this.client = client;
  }

  async #answer(name, args) {
    const { content, isError } = await this.client.callTool({ name, arguments: args });
    assert.equal(content.length, 1, `${name} answers in one block`);
    assert.equal(content[0].type, 'text');
    return { isError: isError ?? false, json: JSON.parse(content[0].text) };
  }

  /** The answer of a call that has to succeed. */
  async call(name, args = {}) {
    const { isError, json } = await this.#answer(name, args);
    assert.equal(isError, false, `${name} ${JSON.stringify(args)} fails: ${JSON.stringify(json)}`);
    return json;
  }

  /** The error of a call that has to fail. */
  async refused(name, args = {}) {
    const { isError, json } = await this.#answer(name, args);
    assert.equal(isError, true, `${name} ${JSON.stringify(args)} succeeds: ${JSON.stringify(json)}`);
    assert.ok(json.error.reference_id, 'an error has a reference');
    return json.error;
  }
}

function checkListed(tools) {
  assert.ok(tools.length > 0 && tools.length <= MOST_LISTED, `${tools.length} tools are listed`);
  assert.ok(JSON.stringify(tools).length <= MOST_LIST_BYTES, 'the list fits the budget of a model');
  for (const { name, annotations, inputSchema } of tools) {
    assert.match(name, NAME);
    assert.ok(annotations?.title, `${name} has a title`);
    for (const hint of HINTS) assert.equal(typeof annotations[hint], 'boolean', `${name} says ${hint}`);
    assert.ok(!(annotations.readOnlyHint && annotations.destructiveHint), `${name} is one of reading and destroying`);
    assert.equal(inputSchema.type, 'object');
  }
}

function checkDryRun(answer, { path, value }) {
  const { dry_run: dryRun, patch, plan_id: plan, expires_at: expires } = answer.result;
  assert.equal(dryRun, true, `a dry run says so: ${JSON.stringify(answer)}`);
  assert.equal(answer.operation_id, undefined, 'nothing was done that a journal could name');
  assert.equal(typeof plan, 'string');
  const left = Date.parse(expires) - Date.now();
  assert.ok(left > PLAN_MS / 2 && left <= PLAN_MS + 5_000, `the plan expires at ${expires}`);
  const changed = patch.find((operation) => operation.path === path);
  assert.ok(changed, `the patch changes ${path}: ${JSON.stringify(patch)}`);
  assert.equal(changed.value, value);
  assert.equal(patch.length, 1, `the patch changes nothing else: ${JSON.stringify(patch)}`);
  return plan;
}

/** Preview, commit and undo of one write, with a look at the target after each. */
async function changeAndUndo(tools, { tool, args, change, read }) {
  const [[field, value]] = Object.entries(change);
  const path = `/${field}`;
  const before = await read();
  assert.notEqual(before[field], value);

  const { plan } = await step(`${tool}: dry run`, async () => {
    const answer = await tools.call(tool, { ...args, ...change });
    const found = checkDryRun(answer, { path, value });
    assert.deepEqual(await read(), before, 'a dry run changes nothing');
    return { line: { patch: answer.result.patch }, plan: found };
  });

  await step(`${tool}: a commit without a plan`, async () => {
    const answer = await tools.call(tool, { ...args, ...change, commit: true });
    checkDryRun(answer, { path, value });
    assert.equal(answer.result.not_committed?.code, 'CONSENT_REQUIRED');
    assert.deepEqual(await read(), before, 'a commit without a plan changes nothing');
  });

  const { operation } = await step(`${tool}: commit`, async () => {
    const answer = await tools.call(tool, { ...args, ...change, commit: true, plan_id: plan });
    assert.equal(typeof answer.operation_id, 'string', `a commit names its operation: ${JSON.stringify(answer)}`);
    assert.deepEqual(await read(), { ...before, ...change });
    const entry = await tools.call('operation_get', { operation_id: answer.operation_id });
    assert.equal(entry.result.state, 'applied');
    assert.equal(entry.result.tool, tool);
    return { line: { operation_id: answer.operation_id }, operation: answer.operation_id };
  });

  const undo = { operation_id: operation };
  const { plan: undoPlan } = await step(`${tool}: dry run of the undo`, async () => {
    const answer = await tools.call('operation_revert', undo);
    const found = checkDryRun(answer, { path, value: before[field] });
    assert.deepEqual(await read(), { ...before, ...change }, 'a dry run undoes nothing');
    return { plan: found };
  });

  await step(`${tool}: undo`, async () => {
    const answer = await tools.call('operation_revert', { ...undo, commit: true, plan_id: undoPlan });
    assert.equal(typeof answer.operation_id, 'string');
    assert.notEqual(answer.operation_id, operation, 'an undo has an entry of its own');
    assert.deepEqual(await read(), before, 'the target is as it was');
    const entry = await tools.call('operation_get', undo);
    assert.equal(entry.result.state, 'reverted');
    const again = await tools.refused('operation_revert', undo);
    assert.equal(again.code, 'CONFLICT', 'an entry is undone once');
    return { line: { operation_id: answer.operation_id } };
  });
}

const words = (text) => new Set(text.split(' '));

const ORGANISATION = { name: 'org_directory_list', arguments: {} };

/** Calls a tool that the client may not call yet; gives what was exchanged until it gave up. */
async function refusedCall({ client, trace, era }, expected) {
  const earlier = trace.exchanges.length;
  await assert.rejects(client.callTool(ORGANISATION), (error) => {
    if (era.isUnauthorized(error) === expected.asksAPerson) return true;
    throw new Error(`the client ends otherwise than ${expected.as}`, { cause: error });
  });
  return trace.exchanges.slice(earlier);
}

function checkChallenge(since, endpoint, scopes) {
  const refused = since.find(({ url, status }) => url.pathname === endpoint.pathname && status === 403);
  assert.ok(refused, 'the call ends with 403');
  assert.match(refused.challenge, /error="insufficient_scope"/);
  const asked = words(refused.challenge.match(/scope="([^"]*)"/)[1]);
  assert.deepEqual(asked, scopes, 'the challenge names every scope the call needs');
}

// The sign-in asked for no more than the challenge named; the organisation's tools need one scope more.
async function stepUp(session) {
  const { client, provider, trace, endpoint, era } = session;
  const tools = new Tools(client);
  const had = provider.tokens();
  const scopes = new Set([...words(had.scope), 'admin:org']);
  assert.ok(!words(had.scope).has('admin:org'), 'the sign-in did not ask for the organisation');
  const asksAPerson = { asksAPerson: true, as: 'by asking for a person' };

  await step('step-up: the challenge', async () => {
    if (era.renewsBeforeAsking) {
      // This client answers the challenge with a refresh, which cannot widen what was granted, and gives up. A host
      // helps it by forgetting the refresh token; a call in between clears its memory of having tried.
      const asked = provider.asked.length;
      const since = await refusedCall(session, { asksAPerson: false, as: 'with the refusal' });
      checkChallenge(since, endpoint, scopes);
      assert.equal(provider.asked.length, asked);
      assert.deepEqual(words(provider.tokens().scope), words(had.scope), 'a refresh does not widen the scopes');
      await tools.call('gojira_whoami');
      provider.forgetRefreshToken();
    }
    checkChallenge(await refusedCall(session, asksAPerson), endpoint, scopes);
    const { searchParams } = provider.asked.at(-1);
    assert.deepEqual(words(searchParams.get('scope')), scopes, 'the client asks for the union of the scopes');
  });

  await step('step-up: a refusal changes nothing', async () => {
    const browser = new Browser({ stopAt: REDIRECT });
    const callback = await walk(browser, provider.asked.at(-1), () => ({ press: REFUSE }));
    assert.equal(callback.searchParams.get('error'), 'access_denied');
    checkCallback(callback, provider);
    await tools.call('gojira_whoami');
    await refusedCall(session, asksAPerson);
  });

  await step('step-up: consent, and the same call again', async () => {
    const browser = new Browser({ stopAt: REDIRECT });
    const callback = await walk(browser, provider.asked.at(-1), () => ({ press: AGREE }));
    const consent = browser.shown.find((page) => isOurs(page, endpoint) && page.pressed);
    assert.ok(consent, 'more scopes need a new consent');
    checkCallback(callback, provider);
    await era.finish(client.transport, callback);
    assert.deepEqual(words(provider.tokens().scope), scopes);
    const { result } = await tools.call(ORGANISATION.name);
    assert.ok(result, 'the call that was refused succeeds');
    const call = trace.calls('tools/call').at(-1);
    assert.equal(call.status, 200);
    assert.equal(call.authorization, `Bearer ${provider.tokens().access_token}`);
    return { line: { scope: provider.tokens().scope } };
  });
}

// The page itself is walked elsewhere; here the person answers whether they open it.
async function openPage({ client, trace, endpoint }) {
  const page = new URL('/connect/api-token', endpoint).href;
  for (const [action, person] of [
    ['accept', 'accepted'],
    ['decline', 'declined'],
    ['cancel', 'cancelled'],
  ]) {
    const asked = [];
    client.setRequestHandler('elicitation/create', ({ params }) => {
      asked.push(params);
      return { action };
    });
    const earlier = trace.calls('tools/call').length;
    const { result } = await new Tools(client).call('gojira_connect');
    assert.equal(asked.length, 1, `after ${action} nothing is asked again`);
    assert.equal(asked[0].mode, 'url');
    assert.equal(asked[0].url, page);
    assert.equal(result.person, person);
    assert.equal(result.next.includes('nothing was connected'), action !== 'accept');
    assert.equal(trace.calls('tools/call').length, earlier + 2, 'the question and its answer are two requests');
  }
}

// A draft that is published: Atlassian works at it for a while, and the client hears how far it is.
async function hearProgress({ client, era }) {
  const tools = new Tools(client);
  const { result: dry } = await tools.call('workflow_scheme_publish', { schemeId: 10101 });
  const told = [];
  const call = { name: 'apply_plan', arguments: { plan_id: dry.plan_id } };
  const { content, isError } = await era.call(client, call, { onprogress: (progress) => told.push(progress) });
  const heard = told.length;
  assert.equal(isError ?? false, false, `the publishing fails: ${JSON.stringify(content)}`);
  assert.ok(heard >= 2, `the client hears of ${heard} steps`);
  told.forEach(({ progress, total, message }, at) => {
    assert.ok(at === 0 || progress > told[at - 1].progress, `progress rises: ${JSON.stringify(told)}`);
    assert.equal(total, 100);
    assert.ok(message);
  });
  await tools.call('gojira_whoami');
  assert.equal(told.length, heard, 'after the answer nothing more is told');
  return { line: { progress: told.map(({ progress }) => progress) } };
}

async function refresh({ client, provider, trace, endpoint }) {
  const before = provider.tokens();
  provider.spoilAccessToken();
  const earlier = trace.exchanges.length;
  await new Tools(client).call('gojira_whoami');
  const since = trace.exchanges.slice(earlier);
  const [refused] = since.filter(({ url }) => url.pathname === endpoint.pathname);
  assert.equal(refused.status, 401);
  assert.match(refused.challenge, /error="invalid_token"/);
  const renewal = since.find(({ form }) => form?.get('grant_type') === 'refresh_token');
  assert.equal(renewal?.status, 200, 'the client renewed its token');
  const after = provider.tokens();
  assert.deepEqual(words(after.scope), words(before.scope), 'a refresh keeps what was granted');
  assert.notEqual(after.access_token, before.access_token);
  assert.notEqual(after.refresh_token, before.refresh_token, 'the refresh token is rotated');
}

async function revoke({ client, provider, endpoint, era }) {
  const { revocation_endpoint: url } = provider.discoveryState().authorizationServerMetadata;
  const { access_token: access, refresh_token: token } = provider.tokens();
  const { client_id: clientId } = provider.clientInformation();
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ token, token_type_hint: 'refresh_token', client_id: clientId }),
  });
  assert.equal(answer.status, 200);

  const refused = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${access}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
  assert.equal(refused.status, 401, 'with the refresh token its access tokens are gone');
  assert.match(refused.headers.get('www-authenticate'), /error="invalid_token"/);

  const asked = provider.asked.length;
  await assert.rejects(client.callTool({ name: 'gojira_whoami', arguments: {} }), (error) => {
    if (era.isUnauthorized(error)) return true;
    throw new Error('the client ends otherwise than by asking for a new sign-in', { cause: error });
  });
  assert.equal(provider.asked.length, asked + 1, 'the client has to begin anew');
}

/** The whole sitting; ends the process at the first failure. */
/** Every prompt is complete with its arguments, and says so without them. */
async function followPrompts(client) {
  const { prompts } = await client.listPrompts();
  assert.ok(prompts.length > 0, 'prompts are offered');
  for (const { name, arguments: takes = [] } of prompts) {
    const args = Object.fromEntries(takes.map((one) => [one.name, `the-${one.name}`]));
    const { messages } = await client.getPrompt({ name, arguments: args });
    for (const one of takes) assert.match(messages[0].content.text, new RegExp(`the-${one.name}`));
    const required = takes.some((one) => one.required);
    if (required) await assert.rejects(client.getPrompt({ name, arguments: {} }), /missing/);
  }
  await assert.rejects(client.getPrompt({ name: 'teapot', arguments: {} }), /teapot/);
  return { line: { prompts: prompts.map((prompt) => prompt.name) } };
}

/** The catalogue and its groups by address; a change of this sitting; nothing of what is not there. */
async function readResources(client) {
  const read = async (uri) => JSON.parse((await client.readResource({ uri })).contents[0].text).result;
  const { resources } = await client.listResources();
  const whole = await read('gojira://catalogue');
  let found = 0;
  for (const { uri } of resources.slice(1)) found += (await read(uri)).total;
  assert.equal(found, whole.total, 'the groups hold what the catalogue holds');
  const { resourceTemplates } = await client.listResourceTemplates();
  assert.deepEqual(resourceTemplates.map((one) => one.uriTemplate), ['gojira://operation/{operation_id}', 'gojira://plan/{plan_id}']);
  const tools = new Tools(client);
  const { result } = await tools.call('operation_list');
  const [{ operation_id: id }] = result;
  assert.equal((await read(`gojira://operation/${id}`)).operation_id, id);
  for (const uri of ['gojira://operation/none', 'gojira://teapot']) await assert.rejects(client.readResource({ uri }));
  return { line: { resources: resources.length } };
}

export async function scenario({ era, endpoint }) {
  const session = { era, endpoint, ...(await signIn({ era, endpoint })) };
  const tools = new Tools(session.client);

  await step('tools/list', async () => {
    const { tools: first } = await era.list(session.client);
    checkListed(first);
    const { tools: second } = await era.list(session.client);
    assert.deepEqual(second, first, 'the list and its order stay');
    const asked = session.trace.calls('tools/list');
    assert.equal(asked.length, 2, 'the list is one page');
    assert.equal(asked[0].json?.result?.nextCursor, undefined);
    return { line: { tools: first.length, bytes: JSON.stringify(first).length } };
  });

  await step('a read', async () => {
    const { result, page } = await tools.call('project_list');
    assert.ok(Array.isArray(result) && result.length > 0, 'the site has projects');
    assert.ok(result.every(({ key }) => typeof key === 'string'));
    assert.equal(page.returned, result.length);
    const { result: keys } = await tools.call('project_list', { fields: ['key'] });
    assert.deepEqual(keys, result.map(({ key }) => ({ key })));
    return { line: { projects: result.map(({ key }) => key), page } };
  });

  await step('an input that breaks the schema', async () => {
    const error = await tools.refused('project_get', { project: { no: 'string' } });
    assert.equal(error.code, 'VALIDATION_ERROR');
    assert.ok(JSON.stringify(error).includes('/project'), `the error names the path: ${JSON.stringify(error)}`);
  });

  const { result: schemes } = await tools.call('notification_scheme_list');
  const scheme = { schemeId: String(schemes[0].id) };
  await changeAndUndo(tools, {
    tool: 'notification_scheme_update',
    args: scheme,
    change: { description: `Seen by the ${era.name} client.` },
    read: async () => (await tools.call('notification_scheme_get', scheme)).result,
  });

  await step('prompts', () => followPrompts(session.client));
  await step('resources', () => readResources(session.client));
  await step('progress of a task', () => hearProgress(session));
  if (era.opensPages) await step('gojira_connect: the page, and what the person answers', () => openPage(session));
  await stepUp(session);
  await step('token refresh', () => refresh(session));
  await step('revocation', () => revoke(session));
  await session.client.close();
}
