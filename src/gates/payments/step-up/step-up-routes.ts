import { readFile } from 'node:fs/promises';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { enrolPage, gonePage, stepUpPage } from './pages.ts';
import type { PasskeyStepUp } from './passkey-step-up.ts';
import { chooseLanguage, type Language } from './words.ts';

const SCRIPT = new URL('./browser/step-up.js', import.meta.url);
const STYLE = new URL('./browser/step-up.css', import.meta.url);
/** Nothing but the page's own two files, and nobody may show it inside another page. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** How a browser may reach an authenticator (WebAuthn Level 3, section 5.8.4). */
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;

const TokenParams = Type.Object({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{16,64}$' }) });
const Code = Type.String({ minLength: 1, maxLength: 64 });
const Text = Type.String({ maxLength: 4_096 });
/** As much of a PublicKeyCredential's JSON (WebAuthn Level 3) as is read. */
const CREDENTIAL = {
  id: Text,
  rawId: Text,
  type: Type.Literal('public-key'),
  clientExtensionResults: Type.Object({}),
};
const Assertion = Type.Object({
  ...CREDENTIAL,
  response: Type.Object({ clientDataJSON: Text, authenticatorData: Text, signature: Text }),
});
const TRANSPORTS_MAX = 8;
const Attestation = Type.Object({
  ...CREDENTIAL,
  response: Type.Object({
    clientDataJSON: Text,
    attestationObject: Text,
    transports: Type.Optional(Type.Array(Type.Enum([...TRANSPORTS]), { maxItems: TRANSPORTS_MAX })),
  }),
});

/** The pages where a payer proves who they are, and where a line's holder registers a passkey. For anybody. */
export function stepUpRoutes({ passkeys }: { passkeys: PasskeyStepUp }): FastifyPluginAsyncTypebox {
  return async (app) => {
    const [script, style] = await Promise.all([readFile(SCRIPT), readFile(STYLE)]);
    app.addHook('onSend', async (_request, reply) => harden(reply));
    app.get('/step-up.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(script));
    app.get('/step-up.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(style));

    app.get('/step-up/:token', {
      schema: { params: TokenParams },
      handler: async (request, reply) => {
        const language = languageOf(request);
        const payment = await passkeys.waiting(request.params.token);
        if (payment === undefined) return sendPage(reply.code(410), gonePage(language));
        return sendPage(reply, stepUpPage(payment, language));
      },
    });
    app.post('/step-up/:token/options', {
      schema: { params: TokenParams },
      handler: async ({ params }, reply) => (await passkeys.ask(params.token)) ?? gone(reply),
    });
    app.post('/step-up/:token/answer', {
      schema: { params: TokenParams, body: Assertion },
      handler: async ({ params, body }) => ({
        isDone: await passkeys.answer(params.token, body as AuthenticationResponseJSON),
      }),
    });
    app.post('/step-up/:token/decline', {
      schema: { params: TokenParams },
      handler: async ({ params }) => ({ isDone: (await passkeys.decline(params.token))?.state === 'denied' }),
    });

    app.get('/enrol', (request, reply) => sendPage(reply, enrolPage(languageOf(request))));
    app.post('/enrol/options', {
      schema: { body: Type.Object({ code: Code }) },
      handler: async ({ body }, reply) => (await passkeys.askEnrolment(body.code)) ?? gone(reply),
    });
    app.post('/enrol/answer', {
      schema: { body: Type.Object({ code: Code, credential: Attestation }) },
      handler: async ({ body }) => ({
        isDone: await passkeys.enrol(body.code, body.credential as RegistrationResponseJSON),
      }),
    });
  };
}

function languageOf(request: FastifyRequest): Language {
  const { lang } = request.query as { lang?: unknown };
  return chooseLanguage(lang, request.headers['accept-language']);
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(page);
}

/** One answer for a code or an address that is wrong, used up or too old: nothing can be tried out. */
function gone(reply: FastifyReply): FastifyReply {
  return reply.code(410).send({ isDone: false });
}

async function harden(reply: FastifyReply): Promise<void> {
  void reply.headers({
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'permissions-policy': 'publickey-credentials-get=(self), publickey-credentials-create=(self)',
  });
}
