import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from 'yaml';

/**
 * A value as the operator wrote it, with the name under which a complaint speaks of it
 * (`solvent.yaml:3: web_port`, `SOLVENT_WEB_PORT`, `SOLVENT_REMEDIATION: [0].minutes`).
 * Scalars stay text, so that `0.1` is one tenth and never a float.
 */
export type Given =
  | { readonly shape: 'text'; readonly name: string; readonly text: string }
  | { readonly shape: 'list'; readonly name: string; readonly items: readonly Given[] }
  | { readonly shape: 'map'; readonly name: string; readonly entries: readonly GivenEntry[] }
  /** `key:` with nothing behind it. */
  | { readonly shape: 'nothing'; readonly name: string };

export interface GivenEntry {
  readonly key: string;
  readonly value: Given;
}

/** Takes one line for the operator. */
export type Complain = (line: string) => void;

/** Where a YAML text came from decides how a place in it is called; the text as a whole has an empty path. */
export type Place = (line: number, path: string) => string;

/** Text to a tree of given values; undefined where it is no YAML, with a complaint for each mistake. */
export function parseGiven(text: string, place: Place, complain: Complain): Given | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const mistakes = document.errors.map(
    ({ pos, message }) => `${place(lineAt(pos[0]), '')} is no YAML: ${firstLine(message)}`,
  );
  for (const line of [...new Set(mistakes)].slice(0, MISTAKES_MAX)) complain(line);
  if (document.errors.length > 0) return undefined;
  return givenOf(document.contents, '', (node, path) => place(lineAt(node?.range?.[0] ?? 0), path), complain);
}

/** One slip of syntax can be thousands of errors further down. */
const MISTAKES_MAX = 5;

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

type NameOf = (node: Node | null, path: string) => string;

function givenOf(node: ParsedNode | null, path: string, nameOf: NameOf, complain: Complain): Given {
  const name = nameOf(node, path);
  if (isMap(node)) {
    const entries = node.items.map((pair) => {
      const key = isScalar(pair.key) ? String(pair.key.value) : '?';
      const below = (path === '' ? '' : `${path}.`) + key.replaceAll(/\p{Cc}/gu, '\u{fffd}');
      const value = givenOf(pair.value as ParsedNode | null, below, nameOf, complain);
      // A missing value has no place of its own, so the key's line is told.
      return { key, value: { ...value, name: nameOf(pair.key as Node, below) } };
    });
    return { shape: 'map', name, entries };
  }
  if (isSeq(node)) {
    const items = node.items.map((item, index) =>
      givenOf(item as ParsedNode, `${path}[${index}]`, nameOf, complain),
    );
    return { shape: 'list', name, items };
  }
  if (isAlias(node)) complain(`${name} is an alias, but should be written out: aliases are not read here`);
  if (!isScalar(node) || node.value === null) return { shape: 'nothing', name };
  // The source keeps every digit that a float would lose; a quoted or block text is already plain.
  const text = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  return { shape: 'text', name, text };
}

/** A value in a complaint: short, on one line, and no deeper than its shape. */
export function shown(given: Given): string {
  if (given.shape === 'list') return 'a list';
  if (given.shape === 'map') return 'a mapping';
  if (given.shape === 'nothing') return 'empty';
  return JSON.stringify(given.text.length > 80 ? `${given.text.slice(0, 80)}…` : given.text);
}
