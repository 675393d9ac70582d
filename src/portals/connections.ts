import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';
import { CLOSE_MS_MAX } from './limits.ts';

/** Requests under way have their moment to finish when the API closes; a connection kept open does not hold up the end. */
export function endInTime(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), CLOSE_MS_MAX).unref();
  });
}

/** What is no HTTP at all gets a short answer and no second chance. */
export function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
