import type { FastifyInstance } from 'fastify';
import type { Log } from '../base/log.ts';
import { PortalError, type PortalFault } from './portal-fault.ts';
import { sendProblem } from './problems.ts';
import { systemOff } from './systems-off.ts';

/**
 * Tells a path that does not exist from one of a system that this node does not run (both 404), and from a method that
 * the path does not have (405, with those it has).
 */
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
    return sendProblem(reply, new PortalError(unknownFault(request.method, path, methods, methodsOf.keys())), log);
  });
}

function unknownFault(method: string, path: string, methods: readonly string[], served: Iterable<string>): PortalFault {
  if (methods.length > 0 && !methods.includes(method)) {
    return { code: 'METHOD_UNKNOWN', allowed: [...new Set(methods)].sort().join(', ') };
  }
  const off = systemOff(path, served);
  return off === undefined ? { code: 'ROUTE_UNKNOWN' } : { code: 'SYSTEM_OFF', ...off };
}

/** A route's path as an expression: `:name` is one part of a path, `*` the rest of it. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part === '*' ? '.*' : part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join('/')}$`);
}
