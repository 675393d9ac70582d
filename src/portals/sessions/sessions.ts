import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../store/store.ts';
import { DESK_ROLES, type DeskRole } from '../permissions.ts';
import type { Holder } from '../tokens.ts';
import { type Auth, createAuth, type Provider, type SignInMethod, signInTables } from './auth.ts';
import { SessionError } from './session-fault.ts';

/** Methods that change nothing: a browser sends them from anywhere, and the answer stays unread there. */
const READING = new Set(['GET', 'HEAD']);

export interface SessionsOptions {
  readonly member: string;
  /** As browsers name this node; loopback at the port of the request without it. */
  readonly origin?: string;
  readonly secondFactor: 'required' | 'optional';
  readonly secret: string;
  readonly provider?: Provider;
}

/** As the sign-in library finds it: it does not know the types of the fields that its plugins and we have added. */
interface FoundSession {
  readonly user: {
    readonly id: string;
    readonly username: string;
    readonly name: string;
    readonly role: string;
    readonly disabled: boolean;
    readonly twoFactorEnabled?: boolean | null;
  };
  readonly session: { readonly method: SignInMethod };
}

/** Who is signed in, and how. */
export interface SessionHolder extends Holder {
  readonly displayName: string;
  readonly method: SignInMethod;
  readonly hasSecondFactor: boolean;
  /** False where a password alone is not enough and was all there was. */
  readonly isComplete: boolean;
}

/** People's sessions at the pages, by a cookie that no script can read and no other site can send. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #dependencies: { store: Store; clock: Clock };
  #auth: { auth: Auth; origins: readonly string[] } | undefined;

  constructor(options: SessionsOptions, dependencies: { store: Store; clock: Clock }) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /**
   * Who asks, where a session's cookie says so and the session still stands.
   * @throws SessionError ORIGIN_FOREIGN for a change that does not come from this node's own pages
   */
  async find(request: FastifyRequest): Promise<SessionHolder | undefined> {
    const { cookie } = request.headers;
    if (cookie === undefined) return undefined;
    const { auth } = this.#authFor(request);
    const found = await auth.api.getSession({ headers: new Headers({ cookie }) });
    if (found === null) return undefined;
    this.refuseForeignOrigin(request);
    const { user, session } = found as unknown as FoundSession;
    const role = DESK_ROLES.find((known) => known === user.role);
    if (user.disabled || role === undefined) return undefined;
    return holderOf({ ...user, role }, session, this.#options.secondFactor);
  }

  /** @throws SessionError ORIGIN_FOREIGN */
  refuseForeignOrigin(request: FastifyRequest): void {
    if (READING.has(request.method)) return;
    const { origin } = request.headers;
    if (origin === undefined || !this.#authFor(request).origins.includes(origin)) {
      throw new SessionError({ code: 'ORIGIN_FOREIGN' });
    }
  }

  /**
   * Whoever came with a password alone sets up a first factor, and touches none that is there: else a password would be
   * enough to take another's place.
   * @throws SessionError SECOND_FACTOR_MISSING
   */
  async refuseHalfSignedIn(request: FastifyRequest): Promise<void> {
    const { cookie } = request.headers;
    if (cookie === undefined || this.#options.secondFactor === 'optional') return;
    const found = await this.#authFor(request).auth.api.getSession({ headers: new Headers({ cookie }) });
    if (found === null) return;
    const { user, session } = found as unknown as FoundSession;
    if (session.method !== 'password') return;
    if (user.twoFactorEnabled === true || (await this.#hasPasskey(user.id))) {
      throw new SessionError({ code: 'SECOND_FACTOR_MISSING' });
    }
  }

  #hasPasskey(userId: string): Promise<boolean> {
    return this.#dependencies.store.read(async ({ signIn }) => {
      const tables = await signIn.adapter(signInTables());
      return (await tables.count({ model: 'passkey', where: [{ field: 'userId', value: userId }] })) > 0;
    });
  }

  /** Passes a request on to the sign-in library. Only what `session-routes.ts` lists gets here. */
  handle(request: FastifyRequest): Promise<Response> {
    const { auth, origins } = this.#authFor(request);
    const { cookie, origin } = request.headers;
    const hasBody = !READING.has(request.method);
    return auth.handler(
      new Request(new URL(request.url, origins[0]), {
        method: request.method,
        headers: {
          ...(cookie !== undefined && { cookie }),
          ...(origin !== undefined && { origin }),
          ...(hasBody && { 'content-type': 'application/json' }),
        },
        ...(hasBody && { body: JSON.stringify(request.body ?? {}, withoutTrust) }),
      }),
    );
  }

  /** Made at the first request: only then is it known where a node listens that was given any port. */
  #authFor(request: FastifyRequest): { auth: Auth; origins: readonly string[] } {
    if (this.#auth !== undefined) return this.#auth;
    const { member, secret, provider } = this.#options;
    const [origin, ...otherOrigins] = originsOf(this.#options.origin, request.socket.localPort);
    const { store, clock } = this.#dependencies;
    const auth = createAuth(
      { member, secret, origin: origin!, otherOrigins, ...(provider !== undefined && { provider }) },
      {
        store,
        clock,
        onSignIn: ({ name, role, method }) =>
          store.write(({ journal }) =>
            journal.add({
              atMs: clock.nowMs(),
              actor: name,
              role,
              action: 'session.started',
              caseId: null,
              detail: JSON.stringify({ method }),
            }),
          ),
      },
    );
    this.#auth = { auth, origins: [origin!, ...otherOrigins] };
    return this.#auth;
  }
}

/** No browser is spared the second factor for a month: the library would do so for whoever asks. */
function withoutTrust(name: string, value: unknown): unknown {
  return name === 'trustDevice' ? undefined : value;
}

function originsOf(configured: string | undefined, port: number | undefined): readonly string[] {
  if (configured !== undefined) return [configured];
  // Passkeys need a name, and no number: localhost comes first.
  return ['localhost', '127.0.0.1', '[::1]'].map((host) => `http://${host}:${port ?? 0}`);
}

function holderOf(
  user: FoundSession['user'] & { role: DeskRole },
  { method }: FoundSession['session'],
  secondFactor: SessionsOptions['secondFactor'],
): SessionHolder {
  return {
    name: user.username,
    role: user.role,
    displayName: user.name,
    method,
    hasSecondFactor: user.twoFactorEnabled === true,
    isComplete: secondFactor === 'optional' || method !== 'password',
  };
}
