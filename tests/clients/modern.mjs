// Protocol revision 2026-07-28 with @modelcontextprotocol/client: no handshake, every request stands alone.

import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';

const REVISION = '2026-07-28';

export const era = {
  name: 'modern',
  revision: REVISION,
  client: () =>
    new Client(
      { name: 'gojira-tests-modern', version: '1.0.0' },
      { capabilities: { elicitation: { url: {} } }, versionNegotiation: { mode: { pin: REVISION } } },
    ),
  transport: (url, options) => new StreamableHTTPClientTransport(url, options),
  finish: (transport, callback) => transport.finishAuth(callback.searchParams),
  isUnauthorized: (error) => UnauthorizedError.isInstance(error),
  negotiated: (client) => client.getNegotiatedProtocolVersion(),
  renewsBeforeAsking: false,
  // Whether the server may ask it to open a page for the person.
  opensPages: true,
  // This client keeps lists as long as the server allows it; a second look has to ask again.
  call: (client, call, options) => client.callTool(call, options),
  list: (client) => client.listTools(undefined, { cacheMode: 'refresh' }),
};
