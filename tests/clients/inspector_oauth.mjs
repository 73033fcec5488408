// node inspector_oauth.mjs <modern|legacy> <URL of /mcp>: the Inspector's own sign-in from its command line, with a
// scripted person at the browser: sign-in, use of what it stored, refresh, step-up and revocation.
//
// What its command line does not offer: a sign-in without a terminal has to be forced (MCP_AUTO_OPEN_ENABLED), the
// scopes of a sign-in come from a file of servers only, a refresh happens only when the server refuses the token it
// stored, and a revocation not at all: --relogin would send one, but its sign-in does not keep the server's metadata
// that names the endpoint, so it forgets what it has and sends nothing. The script revokes for it.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Browser } from './browser.mjs';
import { home, program } from './inspector_program.mjs';
import { freePort } from './port.mjs';
import { assert, step } from './report.mjs';
import { AGREE, walk } from './sign_in.mjs';

const LIMIT_MS = 60_000;

const [name, url] = process.argv.slice(2);
if (!['modern', 'legacy'].includes(name) || !URL.canParse(url ?? '')) {
  console.error('usage: node inspector_oauth.mjs <modern|legacy> <URL of /mcp>');
  process.exit(2);
}
const endpoint = new URL(url);
const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`;
const servers = join(home, 'servers.json');
const secrets = join(home, '.mcp-inspector/secrets.json');
const state = join(home, '.mcp-inspector/storage/oauth.json');
// The sign-in asks for less than the server offers, so that there is something to step up to.
writeFileSync(servers, JSON.stringify({
  mcpServers: { gojira: { type: 'streamable-http', url: endpoint.href, oauth: { scopes: 'read' } } },
}));

/** Agrees on every page of an authorization URL and lets the browser go back to the Inspector. */
async function person(asked) {
  const redirect = asked.searchParams.get('redirect_uri');
  assert.equal(new URL(redirect).hostname, '127.0.0.1', 'the Inspector listens on loopback');
  const back = await walk(new Browser({ stopAt: redirect }), asked, () => ({ press: AGREE }));
  const answer = await fetch(back);
  assert.ok(answer.ok, `the Inspector takes the answer: ${answer.status} ${await answer.text()}`);
}

/** Runs the Inspector; gives its result or error, and the authorization URLs that it had a person opened. */
function inspector(...args) {
  const fixed = [
    '--cli', '--config', servers, '--server', 'gojira', '--protocol-era', name, '--callback-url', callback,
    '--format', 'json',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...fixed, ...args], {
      env: {
        PATH: process.env.PATH, HOME: home, NO_COLOR: '1', MCP_AUTO_OPEN_ENABLED: 'true', MCP_INSPECTOR_SECRET_STORE: 'file',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
    });
    const asked = [];
    let [out, err] = ['', ''];
    let agreed = false;
    child.stdout.setEncoding('utf8').on('data', (text) => { out += text; });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
      const urls = [...err.matchAll(/Please navigate to: (\S+)\n/g)].map(([, found]) => new URL(found));
      for (const next of urls.slice(asked.length)) {
        asked.push(next);
        person(next).catch((error) => {
          child.kill();
          reject(new Error(`the person cannot sign in: ${error.message}\n${err}`, { cause: error }));
        });
      }
      if (!agreed && err.includes('Proceed with step-up authorization? [y/N]')) {
        agreed = true;
        child.stdin.end('y\n');
      }
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err, asked }));
  });
}

async function succeeds(...args) {
  const ended = await inspector(...args);
  assert.equal(ended.code, 0, `inspector ${args.join(' ')} ends with ${ended.code}: ${ended.err}${ended.out}`);
  return { ...ended, result: JSON.parse(ended.out).result };
}

const call = (tool, args = {}) =>
  ['--method', 'tools/call', '--tool-name', tool, '--tool-args-json', JSON.stringify(args)];
const scopesOf = (asked) => new Set(asked.searchParams.get('scope').split(' '));

/** What the Inspector stored of its sign-in, and a way to put another access token in place. */
function stored() {
  const text = readFileSync(secrets, 'utf8');
  const only = (pattern) => {
    const [found, ...more] = new Set(text.match(pattern));
    assert.ok(found && more.length === 0, `one token like ${pattern} is stored`);
    return found;
  };
  const access = only(/gja_[\w.-]+/g);
  const { servers: known } = JSON.parse(readFileSync(state, 'utf8'));
  const client = known[endpoint.href].byIssuer[endpoint.origin].clientInformation.client_id;
  return { access, refresh: only(/gjr_[\w.-]+/g), client, replace: (token) => writeFileSync(secrets, text.replaceAll(access, token)) };
}

async function statusOf(bearer) {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${bearer}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
  return answer.status;
}

await step('inspector: nobody signs in for it', async () => {
  const { code, asked } = await inspector('--stored-auth-only', '--method', 'tools/list');
  assert.notEqual(code, 0);
  assert.equal(asked.length, 0);
});

await step('inspector: sign-in', async () => {
  const { asked, result } = await succeeds('--method', 'tools/list');
  assert.equal(asked.length, 1, 'a person was asked once');
  const { searchParams } = asked[0];
  assert.deepEqual(scopesOf(asked[0]), new Set(['read']));
  assert.equal(searchParams.get('code_challenge_method'), 'S256');
  assert.equal(searchParams.get('resource'), endpoint.href);
  assert.ok(result.tools.length > 0);
  return { line: { tools: result.tools.length } };
});

await step('inspector: what it stored is enough', async () => {
  const { asked } = await succeeds('--stored-auth-only', ...call('project_list'));
  assert.equal(asked.length, 0);
});

await step('inspector: refresh', async () => {
  const before = stored();
  before.replace('gja_00000000-0000-0000-0000-000000000000.expired');
  const { asked } = await succeeds(...call('project_list'));
  assert.equal(asked.length, 0, 'no person is needed');
  const after = stored();
  assert.notEqual(after.access, before.access);
  assert.equal(await statusOf(after.access), 200);
});

await step('inspector: step-up', async () => {
  const answered = async (tool, args) => {
    const { asked, err, result } = await succeeds(...call(tool, args));
    return { asked, err, answer: JSON.parse(result.content[0].text) };
  };
  const { answer: schemes } = await answered('read_operation', { operation: 'notification_scheme_list', arguments: {} });
  const { asked, err, answer } = await answered('plan_change', {
    operation: 'notification_scheme_update',
    arguments: { schemeId: String(schemes.result[0].id), description: `Signed in by the Inspector, ${name}.` },
  });
  assert.equal(asked.length, 1, `a person was asked for more: ${err}`);
  assert.deepEqual(scopesOf(asked[0]), new Set(['read', 'write']), 'the union of what it had and what it needs');
  assert.equal(answer.result.dry_run, true, 'the call that was refused was made again');
});

await step('inspector: revocation', async () => {
  const { access, refresh, client } = stored();
  assert.equal(await statusOf(access), 200);
  const revoked = await fetch(new URL('/revoke', endpoint), {
    method: 'POST',
    body: new URLSearchParams({ token: refresh, token_type_hint: 'refresh_token', client_id: client }),
  });
  assert.equal(revoked.status, 200);
  assert.equal(await statusOf(access), 401, 'what it holds is worth nothing');
  const { code, asked: unasked } = await inspector('--stored-auth-only', ...call('project_list'));
  assert.notEqual(code, 0, 'what it stored is not enough any more');
  assert.equal(unasked.length, 0);
  const { asked } = await succeeds('--relogin', ...call('project_list'));
  assert.equal(asked.length, 1, 'it has to sign in anew');
});
