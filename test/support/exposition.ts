const SERIES =
  /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\n"])*"(?:,(?=[a-zA-Z_])|(?=$|\})))*)\})? (NaN|[+-]Inf|[-+]?\d[\d.]*(?:e[-+]?\d+)?)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\n"])*)"/g;
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];

/**
 * What a strict reader of Prometheus' text format 0.0.4 says against a page; empty where nothing. Stricter than
 * Prometheus itself: each family is told once, in one piece and with its type before it, no series comes twice, and
 * nothing is NaN or infinite.
 */
export function pageComplaints(page: string): string[] {
  const reader = new PageReader();
  if (!page.endsWith('\n')) reader.complaints.push('the last line does not end');
  for (const line of page.split('\n').slice(0, -1)) reader.read(line);
  return reader.complaints;
}

class PageReader {
  readonly complaints: string[] = [];
  readonly #families = new Map<string, string>();
  readonly #series = new Set<string>();
  #family = '';

  read(line: string): void {
    if (line === '') return;
    if (line.startsWith('#')) this.#comment(line);
    else this.#sample(line);
  }

  #comment(line: string): void {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.*)$/.exec(line) ?? [];
    if (kind === undefined) this.complaints.push(`no comment of the format: ${line}`);
    if (kind !== 'TYPE') return;
    if (!TYPES.includes(rest)) this.complaints.push(`no type: ${line}`);
    if (this.#families.has(name)) this.complaints.push(`a family in two pieces: ${line}`);
    this.#families.set(name, rest);
    this.#family = name;
  }

  #sample(line: string): void {
    const [, name = '', labels = '', value = ''] = SERIES.exec(line) ?? [];
    if (name === '') return void this.complaints.push(`no sample: ${JSON.stringify(line)}`);
    if (name !== this.#family) this.complaints.push(`outside its family: ${line}`);
    if (!Number.isFinite(Number(value))) this.complaints.push(`no finite value: ${line}`);
    if (this.#families.get(name) === 'counter' && Number(value) < 0)
      this.complaints.push(`a counter below zero: ${line}`);
    const pairs = [...labels.matchAll(LABEL)].map(([pair]) => pair).sort();
    if (new Set(pairs.map((pair) => pair.split('=')[0])).size < pairs.length)
      this.complaints.push(`a label twice: ${line}`);
    const key = `${name} ${pairs.join()}`;
    if (this.#series.has(key)) this.complaints.push(`a series twice: ${line}`);
    this.#series.add(key);
  }
}
