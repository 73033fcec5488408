// A fetch that writes down what a client sends and gets, so that a test can tell what the client really did.

export class Trace {
  /** { method, url, form, rpc, authorization, status, challenge, json } in the order sent. */
  exchanges = [];

  fetch = async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init.headers);
    const body = init.body === undefined || init.body === null ? '' : String(init.body);
    const exchange = {
      method: init.method ?? 'GET',
      url,
      form: headers.get('content-type')?.includes('json') ? undefined : new URLSearchParams(body),
      rpc: headers.get('content-type')?.includes('json') && body ? JSON.parse(body) : undefined,
      authorization: headers.get('authorization'),
    };
    this.exchanges.push(exchange);
    const response = await fetch(input, init);
    exchange.status = response.status;
    exchange.challenge = response.headers.get('www-authenticate');
    if (response.headers.get('content-type')?.includes('json')) {
      exchange.json = await response.clone().json().catch(() => undefined);
    }
    return response;
  };

  /** The exchanges with this path (and method). */
  to(path, method) {
    return this.exchanges.filter(({ url, method: used }) => url.pathname === path && (!method || used === method));
  }

  /** The JSON-RPC requests of this method. */
  calls(method) {
    return this.exchanges.filter(({ rpc }) => rpc?.method === method);
  }
}
