import { expect, test } from '@jest/globals';
import { reportCsv } from '../../src/report/csv.ts';
import { answer, frugal, golden, thorough } from './answers.ts';

test('the golden example at full precision', () => {
  const [header, first, second, end] = reportCsv(golden).split('\r\n');
  expect(header).toBe(
    'agent_type,solved,remediated,failed,abandoned,cost_total_usd,cost_inference_usd,cost_vector_usd,' +
      'cost_tooling_usd,cost_compute_usd,cost_remediation_usd,cpst_resolved_usd,cpst_autonomous_usd,' +
      'success_resolved,success_autonomous,reasoning_per_action,output_per_action,lower_bound',
  );
  expect(first).toBe('frugal-agent,500,500,0,0,5500,399.6,0.4,100,0,5000,5.5,11,1,0.5,1234.5,3000,false');
  expect(second).toBe(
    'thorough-agent,950,50,0,0,2500,1798.8,1.2,200,0,500,2.5,2.631578947368,1,0.95,9000,12000,false',
  );
  expect(end).toBe('');
});

test.each([
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['=cmd()', "'=cmd()"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@sum', "'@sum"],
  ['', ''],
])('the name %j is written %j', (name, cell) => {
  const csv = reportCsv(answer([{ ...thorough, agent_type: name }]));
  expect(csv.slice(csv.indexOf('\r\n') + 2)).toMatch(`${cell},950,`);
});

test('what has no value is empty; several groups are several columns', () => {
  const row = { ...frugal, team: 'blue', cpst_usd: { resolved: null, autonomous: null } };
  const [header, line] = reportCsv(answer([row], ['team', 'agent_type'])).split('\r\n');
  expect(header).toMatch(/^team,agent_type,solved/);
  expect(line).toMatch(/^blue,frugal-agent,500/);
  expect(line).toContain(',5000,,,1,0.5');
});
