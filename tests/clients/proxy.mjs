// A loopback proxy that adds a bearer, for clients that cannot be given one.

import http from 'node:http';

/**
 * Starts the proxy on a free port; it ends with the process.
 * @param {URL} target the exact /mcp URL; what is asked for beside its origin goes there too
 * @param {string} bearer the access token
 * @returns {Promise<URL>} the same URL at the proxy
 */
export async function bearerProxy(target, bearer) {
  const server = http.createServer((request, answer) => {
    // Its own address stands for the target's, as with any reverse proxy; every other Host and Origin is left
    // as the client sent it, because some clients send wrong ones to see them refused.
    const { host, origin } = request.headers;
    const headers = {
      ...request.headers,
      authorization: `Bearer ${bearer}`,
      ...(host === here.host && { host: target.host }),
      ...(origin === here.origin && { origin: target.origin }),
    };
    const { hostname, port } = target;
    const onward = http.request({ hostname, port, path: request.url, method: request.method, headers }, (got) => {
      answer.writeHead(got.statusCode, got.headers);
      got.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const here = new URL(target);
  here.port = server.address().port;
  return here;
}
