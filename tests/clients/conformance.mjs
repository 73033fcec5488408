// node conformance.mjs <revision | authorization> <URL of /mcp>: the official conformance suite.
//
// A revision runs what that revision of the protocol requires of servers, with the suite's scenarios outside the
// requirement (extensions, pending ones) on top. `authorization` runs its scenarios for authorization servers.
// conformance.json lists the checks that are expected to fail, each with the reason. It is strict both ways: a
// failure that is not listed fails the run, and so does an entry that does not fail, or that nothing checked.

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Browser } from './browser.mjs';
import { era } from './modern.mjs';
import { freePort } from './port.mjs';
import { bearerProxy } from './proxy.mjs';
import { assert, step } from './report.mjs';
import { AGREE, signIn, walk } from './sign_in.mjs';

const LIMIT_MS = 120_000;
const SCENARIO_LIMIT_MS = 20_000;

const here = dirname(fileURLToPath(import.meta.url));
const program = join(here, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
const expectations = JSON.parse(readFileSync(join(here, 'conformance.json'), 'utf8'));

const [what, url] = process.argv.slice(2);
if (!Object.hasOwn(expectations, what) || !URL.canParse(url ?? '')) {
  console.error(`usage: node conformance.mjs <${Object.keys(expectations).join('|')}> <URL of /mcp>`);
  process.exit(2);
}
const endpoint = new URL(url);
const scratch = mkdtempSync(join(tmpdir(), 'gojira-conformance-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const results = join(scratch, 'results');

/** The checks that are expected to fail, as `scenario:check`, with the reason of each. */
function expected() {
  const reasons = new Map();
  for (const { reason, checks } of expectations[what]) {
    assert.ok(reason?.trim(), `every expected failure has a reason: ${checks}`);
    for (const check of checks) {
      assert.match(check, /^[^:\s]+:[^:\s]+$/, 'an entry is one check of one scenario');
      assert.ok(!reasons.has(check), `${check} is listed twice`);
      reasons.set(check, reason);
    }
  }
  return reasons;
}

/** Runs the suite's program; `heard` is given what it has said so far whenever it says something. */
function suite(args, heard = () => {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args, '--output-dir', results], {
      env: { PATH: process.env.PATH, HOME: scratch, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
        heard(said, reject);
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal, said }));
  });
}

const WORST = ['FAILURE', 'WARNING', 'SUCCESS', 'SKIPPED', 'INFO'];

/** What the suite wrote down: by `scenario:check` the worst status of all times it was checked. */
function verdicts(prefix) {
  const found = new Map();
  for (const folder of readdirSync(results)) {
    const [, scenario] = folder.match(/^(.*)-\d{4}-\d\d-\d\dT[\d-]+Z$/) ?? [];
    assert.ok(scenario?.startsWith(prefix), `a folder of results is named otherwise: ${folder}`);
    for (const check of JSON.parse(readFileSync(join(results, folder, 'checks.json'), 'utf8'))) {
      const name = `${scenario.slice(prefix.length)}:${check.id}`;
      assert.ok(WORST.includes(check.status), `${name} is ${check.status}`);
      const before = found.get(name);
      if (!before || WORST.indexOf(check.status) < WORST.indexOf(before.status)) found.set(name, check);
    }
  }
  return found;
}

/** Holds the results against the list, both ways. */
function judge(found, listed) {
  const bad = ({ status }) => status === 'FAILURE' || status === 'WARNING';
  const wrong = [];
  for (const [name, check] of found) {
    if (bad(check) && !listed.has(name)) wrong.push(`${name} is a ${check.status}: ${check.errorMessage ?? check.description}`);
  }
  for (const name of listed.keys()) {
    const check = found.get(name);
    if (!check) wrong.push(`${name} is listed, but nothing checked it: take it out of conformance.json`);
    else if (!bad(check)) wrong.push(`${name} is listed, but it is a ${check.status}: take it out of conformance.json`);
  }
  assert.deepEqual(wrong, [], `the suite and conformance.json disagree:\n${wrong.join('\n')}`);
  const passed = [...found.values()].filter(({ status }) => status === 'SUCCESS').length;
  return { line: { passed, expected_failures: listed.size } };
}

async function server() {
  const { client, provider } = await signIn({ era, endpoint });
  await client.close();
  const proxy = await bearerProxy(endpoint, provider.tokens().access_token);
  await step(`conformance: what ${what} requires`, async () => {
    const listed = expected();
    const baseline = join(scratch, 'expected.yml');
    // JSON is YAML too.
    writeFileSync(baseline, JSON.stringify({ server: [...listed.keys()] }));
    const { code, said } = await suite([
      'server', '--url', proxy.href, '--requirements', what, '--expected-failures', baseline,
      '--timeout', String(SCENARIO_LIMIT_MS),
    ]);
    const outcome = judge(verdicts('server-'), listed);
    assert.equal(code, 0, `the suite judges otherwise:\n${said.slice(-4000)}`);
    return outcome;
  });
}

/** The person that the suite asks for: agrees on every page and lets the browser go back to the suite. */
async function person(asked, redirect) {
  const back = await walk(new Browser({ stopAt: redirect }), asked, () => ({ press: AGREE }));
  const answer = await fetch(back);
  assert.equal(answer.status, 200, 'the suite takes the answer');
}

async function authorization() {
  const issuer = endpoint.origin;
  const port = await freePort();
  const redirect = `http://127.0.0.1:${port}/callback`;
  const registered = await fetch(new URL('/register', issuer), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Conformance suite', redirect_uris: [redirect], token_endpoint_auth_method: 'none',
    }),
  });
  assert.equal(registered.status, 201);
  const { client_id: client } = await registered.json();
  await step('conformance: the authorization server', async () => {
    let asked;
    const { code, said } = await suite(
      ['authorization', '--url', issuer, '--client-id', client, '--port', String(port), '--resource', endpoint.href],
      (sofar, fail) => {
        asked ??= sofar.match(/^http\S+[?&]client_id=\S+$/m)?.[0];
        if (asked && !person.sent) {
          person.sent = true;
          person(asked, redirect).catch(fail);
        }
      },
    );
    assert.ok(asked, `the suite asked a person to sign in:\n${said}`);
    const found = verdicts('authorization-server-');
    assert.equal(found.get('authorization-code-grant:authorization-code-grant')?.status, 'SUCCESS', said);
    const outcome = judge(found, expected());
    assert.equal(code, 0, `the suite judges otherwise:\n${said}`);
    return outcome;
  });
}

await (what === 'authorization' ? authorization() : server());
