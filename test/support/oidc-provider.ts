import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readBody } from 'node:stream/consumers';

/** Who the provider says is signed in with it. */
export interface OidcPerson {
  readonly sub: string;
  readonly email: string;
  readonly name: string;
}

const CLIENT = { id: 'bongsu', secret: 'the secret of the test’s client' } as const;
const KEY_ID = 'first';
const TOKEN_SECONDS = 300;

/** A small OpenID provider: discovery, authorization code with PKCE (S256), signed identity tokens, its keys. */
export class OidcProvider {
  readonly client = CLIENT;
  /** Who is signed in when a browser comes by. */
  person: OidcPerson;
  readonly #server: Server;
  readonly #keys: { privateKey: KeyObject; publicKey: KeyObject };
  readonly #codes = new Map<string, { query: URLSearchParams; person: OidcPerson }>();

  private constructor(server: Server, person: OidcPerson) {
    this.#server = server;
    this.person = person;
    this.#keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(person: OidcPerson): Promise<OidcProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new OidcProvider(server, person);
  }

  /** A number and no name: for a browser another site than `localhost`. */
  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.issuer);
    if (pathname === '/.well-known/openid-configuration') return sendJson(response, this.#discovery());
    if (pathname === '/keys') return sendJson(response, { keys: [this.#publicKey()] });
    if (pathname === '/authorize') return this.#authorize(searchParams, response);
    if (pathname === '/token') return this.#token(request, response);
    response.writeHead(404).end();
  }

  #discovery(): object {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
    };
  }

  #publicKey(): object {
    return { ...this.#keys.publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' };
  }

  /** Nobody is asked: the person has a session at the provider. */
  #authorize(query: URLSearchParams, response: ServerResponse): void {
    assert.equal(query.get('client_id'), CLIENT.id);
    assert.equal(query.get('code_challenge_method'), 'S256');
    const code = randomUUID();
    this.#codes.set(code, { query, person: this.person });
    const back = new URL(query.get('redirect_uri')!);
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state')!);
    response.writeHead(302, { location: back.href }).end();
  }

  async #token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = new URLSearchParams(await readBody(request));
    const code = body.get('code') ?? '';
    const given = this.#codes.get(code);
    this.#codes.delete(code);
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight = given?.query.get('code_challenge') === challenge && hasSecret(request, body);
    if (given === undefined || !isRight) return sendJson(response, { error: 'invalid_grant' }, 400);
    sendJson(response, {
      access_token: randomUUID(),
      token_type: 'Bearer',
      expires_in: TOKEN_SECONDS,
      id_token: this.#identityToken(given),
    });
  }

  #identityToken({ query, person }: { query: URLSearchParams; person: OidcPerson }): string {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const nonce = query.get('nonce');
    const claims = {
      ...person,
      email_verified: true,
      iss: this.issuer,
      aud: CLIENT.id,
      iat: nowSeconds,
      exp: nowSeconds + TOKEN_SECONDS,
      ...(nonce !== null && { nonce }),
    };
    const parts = [{ alg: 'RS256', typ: 'JWT', kid: KEY_ID }, claims];
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${signed}.${sign('sha256', Buffer.from(signed), this.#keys.privateKey).toString('base64url')}`;
  }
}

function hasSecret(request: IncomingMessage, body: URLSearchParams): boolean {
  if (body.get('client_secret') === CLIENT.secret) return true;
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const [id, secret] = Buffer.from(basic ?? '', 'base64')
    .toString('utf8')
    .split(':');
  return decodeURIComponent(id ?? '') === CLIENT.id && decodeURIComponent(secret ?? '') === CLIENT.secret;
}

function sendJson(response: ServerResponse, value: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
