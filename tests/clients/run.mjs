// node run.mjs <modern|legacy> <URL of /mcp>: the whole sitting with the TypeScript client of that era.

import { scenario } from './scenario.mjs';

const [name, url] = process.argv.slice(2);
if (!['modern', 'legacy'].includes(name) || !URL.canParse(url ?? '')) {
  console.error('usage: node run.mjs <modern|legacy> <URL of /mcp>');
  process.exit(2);
}
const { era } = await import(`./${name}.mjs`);
await scenario({ era, endpoint: new URL(url) });
