// Where the Inspector's program is, a home directory for it that goes with the run, and its command line with a
// bearer of a scripted sign-in.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { signIn } from './sign_in.mjs';

const TIMEOUT_MS = 60_000;

const require = createRequire(import.meta.url);
const manifest = join(dirname(require.resolve('@modelcontextprotocol/client')), '../../inspector/package.json');

/** The script that Node runs. */
export const program = join(dirname(manifest), require(manifest).bin['mcp-inspector']);

/** The Inspector keeps a catalogue, tokens and secrets here. */
export const home = mkdtempSync(join(tmpdir(), 'gojira-inspector-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

/** Signs in at the server at `url` in an era; gives the function that runs the command line on it and answers its result. */
export async function signedIn(era, url) {
  const module = await import(`./${era}.mjs`);
  const { client, provider } = await signIn({ era: module.era, endpoint: new URL(url) });
  const bearer = provider.tokens().access_token;
  await client.close();
  const header = `Authorization: Bearer ${bearer}`;
  const fixed = ['--cli', url, '--transport', 'http', '--protocol-era', era, '--header', header];
  const options = {
    env: { PATH: process.env.PATH, HOME: home },
    timeout: TIMEOUT_MS,
    maxBuffer: 16 << 20,
  };
  return (...args) => new Promise((resolve, reject) => {
    execFile(process.execPath, [program, ...fixed, '--format', 'json', ...args], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`inspector ${args.join(' ')} ends with ${error.code}: ${stderr}${stdout}`));
      else resolve(JSON.parse(stdout).result);
    });
  });
}
