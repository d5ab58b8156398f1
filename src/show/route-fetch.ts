import { problem } from './problem.ts';
import type { Route, Told } from './route.ts';

/** Answers routes within this process, as `fetch` asks them: `place` stands for the address. Streams are not answered. */
export function fetchOf(routes: readonly Route[], place: string): typeof globalThis.fetch {
  return async (input, init) => {
    const { method = 'GET', body } = init ?? {};
    const path = String(input).slice(place.length).split('/');
    for (const route of routes) {
      const parts = route.method === method ? partsOf(route.path.split('/'), path) : undefined;
      if (parts !== undefined)
        return responseOf(
          await route.handle({
            path: parts,
            query: {},
            body: body === undefined ? undefined : JSON.parse(String(body)),
          }),
        );
    }
    return responseOf(problem(404, `there is no ${path.join('/')}`));
  };
}

/** The named parts of a path; undefined where it is another one. */
function partsOf(
  pattern: readonly string[],
  path: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== path.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [index, part] of path.entries()) {
    const wanted = pattern[index]!;
    if (wanted.startsWith(':')) parts[wanted.slice(1)] = decodeURIComponent(part);
    else if (wanted !== part) return undefined;
  }
  return parts;
}

const responseOf = (told: Told): Response =>
  'json' in told
    ? Response.json(told.json, { status: told.status })
    : Response.json('bytes' in told ? {} : told, { status: told.status });
