// node inspector_full.mjs <modern|legacy> <URL of /mcp>: the Inspector's strict lint of every tool there is, from a
// server that lists them all.

import { signedIn } from './inspector_program.mjs';
import { assert, step } from './report.mjs';

const ALL = 500;

const [name, url] = process.argv.slice(2);
if (!['modern', 'legacy'].includes(name) || !URL.canParse(url ?? '')) {
  console.error('usage: node inspector_full.mjs <modern|legacy> <URL of /mcp>');
  process.exit(2);
}
const inspector = await signedIn(name, url);

await step('inspector: every tool without a fault of its lint', async () => {
  const { tools } = await inspector('--method', 'tools/list', '--strict');
  assert.ok(tools.length > ALL, `${tools.length} tools are listed`);
  return { line: { tools: tools.length } };
});
