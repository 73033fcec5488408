// Where the Inspector's program is, and a home directory for it that goes with the run.

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const manifest = join(dirname(require.resolve('@modelcontextprotocol/client')), '../../inspector/package.json');

/** The script that Node runs. */
export const program = join(dirname(manifest), require(manifest).bin['mcp-inspector']);

/** The Inspector keeps a catalogue, tokens and secrets here. */
export const home = mkdtempSync(join(tmpdir(), 'gojira-inspector-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
