import { expect, test } from '@jest/globals';
import { pageComplaints } from './exposition.ts';

const GOOD = `# HELP a_total What it is.
# TYPE a_total counter
a_total 1
a_total{x="1",y="\\"\\\\\\n"} 2e+21
# TYPE b gauge
b{x="{},=# "} -0.5
`;

test.each([
  ['a good page', GOOD, undefined],
  ['a last line without an end', `${GOOD}b 1`, 'the last line does not end'],
  ['a quote that breaks out', 'a{x="1"2"} 1\n', 'no sample'],
  ['a line that breaks out', 'a{x="1\n2"} 1\n', 'no sample'],
  ['an escape that is none', 'a{x="\\t"} 1\n', 'no sample'],
  ['a value that is none', 'a one\n', 'no sample'],
  ['a label without a name', 'a{="1"} 1\n', 'no sample'],
  ['a series twice', '# TYPE a gauge\na{x="1",y="2"} 1\na{y="2",x="1"} 1\n', 'a series twice'],
  ['a label twice', '# TYPE a gauge\na{x="1",x="2"} 1\n', 'a label twice'],
  [
    'a family in two pieces',
    '# TYPE a gauge\na 1\n# TYPE b gauge\n# TYPE a gauge\n',
    'a family in two pieces',
  ],
  ['a sample of another family', '# TYPE a gauge\nb 1\n', 'outside its family'],
  ['a type that is none', '# TYPE a dial\n', 'no type'],
  ['NaN', '# TYPE a gauge\na NaN\n', 'no finite value'],
  ['a negative counter', '# TYPE a_total counter\na_total -1\n', 'below zero'],
  ['a comment of another format', '# UNIT a bytes\n', 'no comment of the format'],
])('%s', (_, page, complaint) => {
  if (complaint === undefined) expect(pageComplaints(page)).toEqual([]);
  else expect(pageComplaints(page).join('\n')).toContain(complaint);
});
