import { nearest } from './nearest.ts';
import { envName, SETTING_NAMES } from './table.ts';

const KNOWN = new Set(['SOLVENT_CONFIG', ...SETTING_NAMES.map(envName)]);

/** Kubernetes sets these for a Service whose name starts with `solvent`; nobody mistyped them. */
const SERVICE_LINK =
  /^SOLVENT(_\w+)?_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)$/;
const SERVICE_ADDRESS = /^(tcp|udp):\/\//;

/** One line for each variable that starts with `SOLVENT_` and is no setting. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('SOLVENT_') && !KNOWN.has(name))
    .filter((name) => !SERVICE_LINK.test(name) && !SERVICE_ADDRESS.test(env[name] ?? ''))
    .sort()
    .map((name) => {
      const meant = nearest(name, [...KNOWN]);
      return `${name} is no setting${meant === undefined ? '' : `; did you mean ${meant}?`}`;
    });
}
