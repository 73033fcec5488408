// The built server with an invented Atlassian, and what it prints for a person to go on with.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SAID = {
  url: /^Point a client at (\S+)/,
  atlassian: /^The invented site's address is (\S+)/,
  person: /^Tools that need an API token: bind (\S+) with token (\S+)/,
};

/** Starts the server; it ends with this process. */
export async function startServer(binary) {
  const scratch = mkdtempSync(join(tmpdir(), 'gojira-pages-'));
  const child = spawn(binary, ['serve', '--sandbox', '--port', '0'], {
    env: { TMPDIR: scratch },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.on('exit', () => {
    child.kill('SIGKILL');
    rmSync(scratch, { recursive: true, force: true });
  });
  const log = [];
  createInterface(child.stderr).on('line', (line) => log.push(line));
  const found = {};
  await new Promise((ready, failed) => {
    child.once('exit', (code) => failed(new Error(`the server ends with ${code}:\n${log.join('\n')}`)));
    createInterface(child.stdout).on('line', (line) => {
      for (const [name, pattern] of Object.entries(SAID)) found[name] ??= pattern.exec(line)?.slice(1);
      if (line.startsWith('Ready.')) ready();
    });
  });
  const [email, token] = found.person;
  return {
    endpoint: new URL(found.url[0]),
    atlassian: new URL(found.atlassian[0]).origin,
    person: { email, token },
  };
}
