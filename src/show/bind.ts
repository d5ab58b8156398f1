import type { FastifyInstance, FastifyReply, HTTPMethods } from 'fastify';
import type { RawQuery } from './parameters.ts';
import { isProblem, PROBLEM_TYPE, problem } from './problem.ts';
import type { Route, Stream, Told } from './route.ts';
import type { Streams } from './streams.ts';

/** Gives routes to Fastify, and answers all other methods on their paths with 405. */
export function bindRoutes(app: FastifyInstance, routes: readonly Route[], streams: Streams): void {
  const methods = new Map<string, Route['method'][]>();
  for (const route of routes) {
    bindRoute(app, route, streams);
    const { path } = patternOf(route.path);
    methods.set(path, [...(methods.get(path) ?? []), route.method]);
  }
  for (const [path, known] of methods) refuseOtherMethods(app, path, ...known);
}

function bindRoute(app: FastifyInstance, route: Route, streams: Streams): void {
  const { path, names } = patternOf(route.path);
  app.route({
    method: route.method,
    url: path,
    handler: async (request, reply) => {
      const told = await route.handle({
        path: partsOf(request.params as Record<string, string>, names),
        query: request.query as RawQuery,
        body: request.body,
      });
      return 'bytes' in told ? streams.send(request, reply, told) : send(reply, told);
    },
  });
}

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Before the body is read: a wrong method is the first thing wrong. */
export function refuseOtherMethods(
  app: FastifyInstance,
  url: string,
  ...methods: readonly Route['method'][]
): void {
  const allowed: readonly HTTPMethods[] = methods.flatMap((method): HTTPMethods[] =>
    method === 'GET' ? ['GET', 'HEAD'] : [method],
  );
  app.route({
    method: METHODS.filter((other) => !allowed.includes(other)),
    url,
    onRequest: async (request, reply) =>
      send(
        reply.header('allow', allowed.join(', ')),
        problem(405, `${request.method} is not for this path, but ${allowed.join(' or ')}`),
      ),
    handler: async () => {},
  });
}

export function send(reply: FastifyReply, told: Exclude<Told, Stream>): FastifyReply {
  if (isProblem(told)) {
    if (told.status === 503) reply.header('retry-after', '1');
    return reply.code(told.status).type(PROBLEM_TYPE).send(JSON.stringify(told));
  }
  return reply.code(200).type('application/json; charset=utf-8').send(JSON.stringify(told.json));
}

/** `*name` is Fastify's `*`, which takes slashes too. */
function patternOf(path: string): { readonly path: string; readonly names: readonly string[] } {
  const names = [...path.matchAll(/[:*](\w+)/g)].map(([, name]) => name!);
  return { path: path.replace(/\*\w+$/, '*'), names };
}

const partsOf = (params: Readonly<Record<string, string>>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, params[name] ?? params['*'] ?? '']));
