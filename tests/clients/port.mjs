// Ports for programs that have to be told one and cannot pick it themselves.

import { createServer } from 'node:net';

/** A loopback port that was free a moment ago. */
export async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
