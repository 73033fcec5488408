// The era of `initialize` with @modelcontextprotocol/sdk, which most hosts still speak.

import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export const era = {
  name: 'legacy',
  revision: '2025-11-25',
  client: () => new Client({ name: 'gojira-tests-legacy', version: '1.0.0' }),
  transport: (url, options) => new StreamableHTTPClientTransport(url, options),
  finish: (transport, callback) => transport.finishAuth(callback.searchParams.get('code')),
  isUnauthorized: (error) => error instanceof UnauthorizedError,
  negotiated: (client, transport) => transport.protocolVersion,
  // It answers a 403 for scopes with a refresh as long as it holds a refresh token.
  renewsBeforeAsking: true,
  call: (client, call, options) => client.callTool(call, undefined, options),
  list: (client) => client.listTools(),
};
