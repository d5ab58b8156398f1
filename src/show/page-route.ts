import type { FastifyInstance } from 'fastify';
import type { WebSettings } from './web.ts';

export function addPage(app: FastifyInstance, _settings: WebSettings): void {
  app.get('/', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send('Solvent'),
  );
}
