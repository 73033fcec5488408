// node tokens.mjs <modern|legacy> <URL of /mcp>: signs a client in and prints what it holds, for tests that go on alone.

import { signIn } from './sign_in.mjs';

const [name, url] = process.argv.slice(2);
if (!['modern', 'legacy'].includes(name) || !URL.canParse(url ?? '')) {
  console.error('usage: node tokens.mjs <modern|legacy> <URL of /mcp>');
  process.exit(2);
}
const { era } = await import(`./${name}.mjs`);
const { client, provider } = await signIn({ era, endpoint: new URL(url) });
await client.close();
const { access_token: access, refresh_token: refresh } = provider.tokens();
console.log(JSON.stringify({ access, refresh, client: provider.clientInformation().client_id }));
