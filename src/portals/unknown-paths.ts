import type { FastifyInstance } from 'fastify';
import type { Log } from '../base/log.ts';
import { PortalError } from './portal-fault.ts';
import { sendProblem } from './problems.ts';

/** Tells a path that does not exist (404) from a method that this path does not have (405, with those it has). */
export function answerUnknownPaths(app: FastifyInstance, log: Log): void {
  const methodsOf = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const known = methodsOf.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) known.methods.add(one);
    methodsOf.set(url, known);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]!;
    const methods = [...methodsOf.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((known) => [...known.methods]);
    const isOther = methods.length > 0 && !methods.includes(request.method);
    const allowed = [...new Set(methods)].sort().join(', ');
    return sendProblem(
      reply,
      new PortalError(isOther ? { code: 'METHOD_UNKNOWN', allowed } : { code: 'ROUTE_UNKNOWN' }),
      log,
    );
  });
}

/** A route's path as an expression: `:name` is one part of a path, `*` the rest of it. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part === '*' ? '.*' : part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join('/')}$`);
}
