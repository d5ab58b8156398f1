import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/**
 * Goal: the floor plan stays what DESIGN.md section 5 draws. Method: read the source as text and complain, each
 * complaint naming the file and what to do instead. Every rule is shown to bite by a sample that breaks it.
 */

interface Source {
  readonly path: string;
  readonly text: string;
}

const read = (root: string): Source[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

const SRC = read('src');
const TESTS = read('test');

const ROOMS = [
  'receive',
  'decode',
  'normalize',
  'untangle',
  'price',
  'fold',
  'ledger',
  'export',
  'show',
  'audit',
];
const PURE = ['decode', 'normalize', 'untangle', 'fold', 'domain', 'price'];
const OUTER = ['settings', 'telemetry', 'report', 'demo'];
/** What each folder may import besides itself. Files at the root of src are main, service and pipeline, below. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  lib: [],
  domain: ['lib'],
  ...Object.fromEntries([...ROOMS, ...OUTER].map((room) => [room, ['domain', 'lib']])),
  // What it checks the ledger against is what wrote it.
  audit: ['domain', 'lib', 'fold'],
};
/** The files at the root, outermost first: each may import those after it, and any folder that is named. */
const ROOT_FILES: Record<string, readonly string[]> = {
  'version.ts': [],
  'calendar.ts': ['domain', 'lib'],
  'retention.ts': ['domain', 'lib'],
  'closers.ts': [],
  'conflicts.ts': ['domain'],
  'settle-loop.ts': ['domain', 'lib', 'conflicts.ts'],
  'tally.ts': ['domain', 'lib'],
  'prices-in-force.ts': ['price'],
  'price-file.ts': ['domain', 'lib', 'price'],
  'reprice-sums.ts': ['domain', 'price'],
  'repricing.ts': ['domain', ...ROOMS, 'settling.ts', 'reprice-sums.ts'],
  'repricer.ts': ['domain', 'lib', 'price', 'repricing.ts', 'conflicts.ts'],
  'live-prices.ts': [
    'domain',
    'lib',
    'ledger',
    'price',
    'closers.ts',
    'price-file.ts',
    'prices-in-force.ts',
    'handed-repricer.ts',
    'repricer.ts',
    'settle-loop.ts',
  ],
  'price-age.ts': ['domain', 'lib', 'price'],
  'twins.ts': ['domain', 'lib', ...ROOMS],
  'charged-before.ts': ['domain', ...ROOMS],
  'settling.ts': ['domain', 'lib', ...ROOMS, 'pipeline.ts', 'charged-before.ts', 'tally.ts', 'twins.ts'],
  'pipeline.ts': ['domain', 'lib', ...ROOMS, 'settling.ts', 'calendar.ts', 'tally.ts'],
  'backups.ts': ['domain', 'lib', 'ledger', 'settle-loop.ts'],
  'backing-up.ts': ['ledger', 'backups.ts'],
  'fitness.ts': ['domain', 'lib', 'ledger'],
  'store.ts': ['domain', 'lib', ...ROOMS, 'settings', 'closers.ts', 'fleet.ts', 'shared-store.ts'],
  'fleet.ts': ['domain', 'lib', 'ledger'],
  'shared-store.ts': ['domain', 'lib', 'ledger', 'settings', 'fleet.ts', 'store.ts'],
  'handed-repricer.ts': ['domain', 'lib', 'ledger', 'repricer.ts'],
  'house.ts': [
    'domain',
    'lib',
    'fitness.ts',
    'price',
    'settings',
    'telemetry',
    'closers.ts',
    'prices-in-force.ts',
    'store.ts',
  ],
  'readings.ts': ['receive', 'export', 'telemetry', 'house.ts', 'pipeline.ts', 'version.ts'],
  'auditing.ts': ['domain', 'lib', 'audit', 'ledger', 'settings', 'house.ts', 'store.ts', 'closers.ts'],
  'doors.ts': [
    'domain',
    'auditing.ts',
    'receive',
    'export',
    'show',
    'house.ts',
    'pipeline.ts',
    'settle-loop.ts',
    'live-prices.ts',
    'version.ts',
  ],
  'stopped.ts': [
    'domain',
    'lib',
    'ledger',
    'price',
    'settings',
    'show',
    'closers.ts',
    'live-prices.ts',
    'repricer.ts',
  ],
  'service.ts': [
    'domain',
    'lib',
    ...ROOMS,
    'settings',
    'telemetry',
    'pipeline.ts',
    'settle-loop.ts',
    'store.ts',
    'prices-in-force.ts',
    'price-file.ts',
    'live-prices.ts',
    'price-age.ts',
    'retention.ts',
    'closers.ts',
    'backups.ts',
    'fitness.ts',
    'house.ts',
    'readings.ts',
    'doors.ts',
    'version.ts',
  ],
  commands: [
    'domain',
    'lib',
    ...OUTER,
    'auditing.ts',
    'backing-up.ts',
    'price',
    'service.ts',
    'stopped.ts',
    'version.ts',
  ],
  'main.ts': ['commands'],
};

const IMPORT = /(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

function importComplaints({ path, text }: Source): string[] {
  const own = path.includes(sep) ? path.split(sep)[0]! : path;
  const allowed = MAY_IMPORT[own] ?? ROOT_FILES[own];
  if (allowed === undefined) return [`${path}: give ${own} its place in the order of imports`];
  return [...text.matchAll(IMPORT)]
    .map(([, spec]) => normalize(join(dirname(path), spec!)).split(sep)[0]!)
    .filter((other) => other !== own && !allowed.includes(other))
    .map((other) => `${path}: ${own} may not import ${other}; what passes between them is a type in domain/`);
}

const BANNED: readonly {
  readonly what: RegExp;
  readonly instead: string;
  readonly where?: (path: string) => boolean;
}[] = [
  {
    what: /\bDate\.now\(|\bnew Date\(\)/,
    instead: 'take a Clock',
    where: (path) => path !== join('lib', 'clock.ts'),
  },
  { what: /\bparseFloat\(/, instead: 'parseDecimal of lib/decimal.ts' },
  { what: /\bconsole\./, instead: 'a Log, or write() where a command prints' },
  { what: /\bFIXME\b|\bTODO\b|\bXXX\b/, instead: 'do it, or say it on the issue' },
  { what: /\bas any\b|: any\b|<any>/, instead: 'unknown and a reader' },
];

function bannedComplaints({ path, text }: Source): string[] {
  return BANNED.filter(({ what, where }) => (where?.(path) ?? true) && what.test(text)).map(
    ({ what, instead }) => `${path}: ${String(what)} is not used here: ${instead}`,
  );
}

const IMPURE = /from '(?:node:(?!buffer)|pino|fastify|@grpc)/;
const LOADERS = new Set(['load.ts', 'load-snapshot.ts', 'snapshot-file.ts']);

function purityComplaints({ path, text }: Source): string[] {
  const [room = '', file = ''] = path.split(sep);
  if (!PURE.includes(room) || (room === 'price' && (LOADERS.has(file) || file.startsWith('load')))) return [];
  const allowed = text.replace(/from 'node:crypto'/g, '');
  return IMPURE.test(allowed) ? [`${path}: ${room} is pure: no I/O, no clock, no log`] : [];
}

const LINES_MAX = 300;
const lengthComplaints = ({ path, text }: Source): string[] => {
  const lines = text.split('\n').length - 1;
  return lines > LINES_MAX ? [`${path}: ${lines} lines; split it below ${LINES_MAX}`] : [];
};

describe('the source', () => {
  test('no room imports its neighbour, and imports point inwards', () => {
    expect(SRC.flatMap(importComplaints)).toEqual([]);
  });

  test('files stay below 300 lines', () => {
    expect([...SRC, ...TESTS].flatMap(lengthComplaints)).toEqual([]);
  });

  test('calls that have a better replacement are not used', () => {
    expect(SRC.flatMap(bannedComplaints)).toEqual([]);
  });

  test('the pure rooms do no I/O', () => {
    expect(SRC.flatMap(purityComplaints)).toEqual([]);
  });

  test('every file is imported by another, but for the entry, and what serves docs and tests alone', () => {
    const alone = [
      'main.ts',
      join('export', 'metrics-doc.ts'),
      join('fold', 'recount.ts'),
      join('ledger', 'memory.ts'),
      join('ledger', 'postgres', 'ledger.ts'),
    ];
    const imported = new Set(
      SRC.flatMap(({ path, text }) =>
        [...text.matchAll(IMPORT)].map(([, spec]) => normalize(join(dirname(path), spec!))),
      ),
    );
    expect(
      SRC.map(({ path }) => path).filter((path) => !alone.includes(path) && !imported.has(path)),
    ).toEqual([]);
  });

  test('every room has a README that says what comes in, what goes out, what it promises and what it does not', () => {
    const rooms = [...Object.keys(MAY_IMPORT), 'commands'];
    const complaints = rooms.flatMap((room) => {
      const path = join('src', room, 'README.md');
      if (!existsSync(path)) return [`${path} is missing`];
      const text = readFileSync(path, 'utf8');
      return [`# ${room}\n`, '**In**', '**Out**', '**Promises**', '**Does not**']
        .filter((part) => !text.includes(part))
        .map((part) => `${path} lacks ${part.trim()}`);
    });
    expect(complaints).toEqual([]);
  });

  test('no test is left focused or skipped without saying so', () => {
    const focused = TESTS.filter(({ path }) => !path.startsWith('tidy')).filter(({ text }) =>
      /\b(?:test|it|describe)\.only\(/.test(text),
    );
    expect(focused.map(({ path }) => path)).toEqual([]);
  });

  test('tests are at least 1.3 lines for a line of source', () => {
    const lines = (files: readonly Source[]) =>
      files.reduce((sum, { text }) => sum + text.split('\n').length, 0);
    expect(lines(TESTS) / lines(SRC)).toBeGreaterThan(1.3);
  });
});

describe('the rules bite', () => {
  const sample = (path: string, text: string): Source => ({ path: path.replaceAll('/', sep), text });
  test.each([
    ['fold/a.ts', "import { x } from '../price/book.ts';", importComplaints],
    ['lib/a.ts', "export * from '../domain/fact.ts';", importComplaints],
    ['attic/a.ts', '', importComplaints],
    ['show/a.ts', "const x = await import('../export/page.ts');", importComplaints],
    ['fold/a.ts', 'const now = Date.now();', bannedComplaints],
    ['fold/a.ts', 'const x = y as any;', bannedComplaints],
    ['fold/a.ts', "import { readFileSync } from 'node:fs';", purityComplaints],
    ['fold/a.ts', '\n'.repeat(301), lengthComplaints],
  ])('%s: %s', (path, text, rule) => {
    expect(rule(sample(path, text))).toHaveLength(1);
  });
});
