// What a client keeps of its sign-in, in memory. Both TypeScript clients take an object of this shape.

import { randomBytes } from 'node:crypto';

export class MemoryProvider {
  #client;
  #tokens;
  #verifier;
  #discovery;
  #state;
  /** Authorization URLs that the client wanted a browser opened at. */
  asked = [];

  /**
   * @param redirectUrl where the client would listen; nobody does, the scripted browser stops there
   * @param name the name the consent page has to show
   */
  constructor({ redirectUrl, name }) {
    this.redirectUrl = redirectUrl;
    this.clientMetadata = {
      client_name: name,
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  state() {
    this.#state = randomBytes(24).toString('base64url');
    return this.#state;
  }

  lastState() {
    return this.#state;
  }

  clientInformation() {
    return this.#client;
  }

  saveClientInformation(client) {
    this.#client = client;
  }

  tokens() {
    return this.#tokens;
  }

  saveTokens(tokens) {
    this.#tokens = tokens;
  }

  redirectToAuthorization(url) {
    this.asked.push(url);
  }

  codeVerifier() {
    return this.#verifier;
  }

  saveCodeVerifier(verifier) {
    this.#verifier = verifier;
  }

  saveDiscoveryState(state) {
    this.#discovery = state;
  }

  discoveryState() {
    return this.#discovery;
  }

  invalidateCredentials(scope) {
    if (scope === 'all' || scope === 'client') this.#client = undefined;
    if (scope === 'all' || scope === 'tokens') this.#tokens = undefined;
    if (scope === 'all' || scope === 'verifier') this.#verifier = undefined;
    if (scope === 'all' || scope === 'discovery') this.#discovery = undefined;
  }

  /** Puts an access token in place that the server never gave, as if it had expired. */
  spoilAccessToken() {
    this.#tokens = { ...this.#tokens, access_token: `expired-${randomBytes(8).toString('hex')}` };
  }

  /** Keeps the access token only, so that the client cannot renew it without a person. */
  forgetRefreshToken() {
    const { refresh_token: _, ...kept } = this.#tokens;
    this.#tokens = kept;
  }
}
