import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml';
import { parseTime } from '../lib/rfc3339.ts';

/** A place in the file: what stands there, what it is called, and its line. */
export interface Spot {
  readonly node: Node | null;
  readonly path: string;
  readonly line: number;
}

/**
 * Reads a YAML file and collects every complaint, each one line: file, line, the place's name, what was wanted.
 * A reader of a value gives undefined where it complained, so that reading can go on to the next mistake.
 */
export class YamlReader {
  readonly complaints: string[] = [];
  readonly warnings: string[] = [];
  readonly root: Spot;
  readonly file: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;

  constructor(file: string, text: string) {
    this.file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    for (const { pos, message } of this.#document.errors)
      this.complaints.push(`${file}:${this.#lines.linePos(pos[0]).line}: ${message.split('\n')[0]}`);
    this.root = this.#spot(this.#document.contents, '', 1);
  }

  /** `wanted` is a sentence's end: `must be a list of prices`. */
  complain(spot: Spot, wanted: string): undefined {
    this.complaints.push(this.#sentence(spot, wanted));
    return undefined;
  }

  warn(spot: Spot, what: string): void {
    this.warnings.push(this.#sentence(spot, what));
  }

  /** The entries of a map by key. Keys that are not `known` are complained of. */
  fields(spot: Spot, known: readonly string[] | undefined): ReadonlyMap<string, Spot> | undefined {
    if (!isMap(spot.node))
      return this.complain(spot, `must be a map${known ? ` of ${known.join(', ')}` : ''}`);
    const found = new Map<string, Spot>();
    for (const pair of spot.node.items) {
      const key = keyOf(pair);
      const field = this.#spot(
        pair.value as Node | null,
        join(spot.path, key),
        this.#lineOf(pair.key, spot.line),
      );
      if (known !== undefined && !known.includes(key))
        this.complain(field, `is not known here; wanted one of ${known.join(', ')}`);
      else found.set(key, field);
    }
    return found;
  }

  /** The entries of a list. */
  items(spot: Spot, wanted: string): readonly Spot[] {
    if (isSeq(spot.node))
      return spot.node.items.map((item, index) =>
        this.#spot(item as Node, `${spot.path}[${index}]`, spot.line),
      );
    this.complain(spot, `must be a list of ${wanted}`);
    return [];
  }

  /** A text that is not empty. */
  text(spot: Spot, wanted: string): string | undefined {
    const text = sourceOf(spot.node);
    return text === undefined || text === '' ? this.complain(spot, `must be ${wanted}, ${was(spot)}`) : text;
  }

  /** The entries of a list, or the one thing in place of a list of one. */
  spots(spot: Spot): readonly Spot[] {
    return isSeq(spot.node) ? this.items(spot, '') : [spot];
  }

  /** A list of texts, or one text in place of a list of one. */
  texts(spot: Spot, wanted: string): readonly string[] {
    return this.spots(spot).flatMap((one) => this.text(one, wanted) ?? []);
  }

  choice<T extends string>(spot: Spot, choices: readonly T[]): T | undefined {
    const text = sourceOf(spot.node);
    const choice = choices.find((one) => one === text);
    return choice ?? this.complain(spot, `must be one of ${choices.join(', ')}, ${was(spot)}`);
  }

  /** A count of units: 1, 1000, `1k`, `1M`. */
  count(spot: Spot): number | undefined {
    const match = /^(\d{1,12})([kM]?)$/.exec(sourceOf(spot.node) ?? '');
    const count = Number(match?.[1] ?? 0) * { '': 1, k: 1_000, M: 1_000_000 }[match?.[2] ?? '']!;
    return count > 0 && Number.isSafeInteger(count)
      ? count
      : this.complain(spot, `must be a count of units such as 1, 1k or 1M, ${was(spot)}`);
  }

  /** Milliseconds since 1970; null is undefined without a complaint. */
  time(spot: Spot): number | undefined {
    const text = sourceOf(spot.node);
    if (text === undefined && isEmpty(spot)) return undefined;
    const [whole, day, minutes = '00:00', seconds = ':00', zone = 'Z'] = TIME.exec(text ?? '') ?? [];
    // Not Date.parse: to that, February 30th is the 2nd of March.
    const nanos = whole === undefined ? undefined : parseTime(`${day}T${minutes}${seconds}${zone}`);
    return nanos === undefined
      ? this.complain(spot, `must be a time such as 2026-11-01 or 2026-11-01T00:00:00Z, ${was(spot)}`)
      : Number(nanos / 1_000_000n);
  }

  #sentence(spot: Spot, wanted: string): string {
    return `${this.file}:${spot.line}: ${spot.path === '' ? 'the file' : spot.path} ${wanted}`;
  }

  #spot(node: Node | null, path: string, line: number): Spot {
    const real = isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
    return { node: real, path, line: this.#lineOf(node, line) };
  }

  #lineOf(node: unknown, otherwise: number): number {
    const range = (node as Node | null)?.range;
    return range ? this.#lines.linePos(range[0]).line : otherwise;
  }
}

const TIME = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** A scalar as it was written: `0.10` stays `0.10`, so that no float is between the file and an amount. */
export function sourceOf(node: Node | null): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

export const isEmpty = (spot: Spot): boolean =>
  spot.node === null || (isScalar(spot.node) && spot.node.value === null);

const was = (spot: Spot): string => {
  const text = sourceOf(spot.node);
  return text === undefined
    ? `not ${isEmpty(spot) ? 'empty' : 'a map or list'}`
    : `not ${JSON.stringify(text)}`;
};

const keyOf = (pair: Pair): string => sourceOf(pair.key as Node | null) ?? '';
const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
