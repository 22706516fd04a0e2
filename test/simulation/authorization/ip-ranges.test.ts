import { inRanges, isRange } from '../../../src/simulation/authorization/ip-ranges';

test.each`
  range                | address              | holds
  ${'10.1.2.3'}        | ${'10.1.2.3'}        | ${true}
  ${'10.1.2.3'}        | ${'10.1.2.4'}        | ${false}
  ${'10.1.0.0/16'}     | ${'10.1.255.255'}    | ${true}
  ${'10.1.0.0/16'}     | ${'10.2.0.0'}        | ${false}
  ${'10.1.2.3/16'}     | ${'10.1.9.9'}        | ${true}
  ${'0.0.0.0/0'}       | ${'255.255.255.255'} | ${true}
  ${'0.0.0.0/0'}       | ${'::1'}             | ${false}
  ${'10.0.0.128/25'}   | ${'10.0.0.127'}      | ${false}
  ${'fd00::/8'}        | ${'fd12:3456::1'}    | ${true}
  ${'fd00::/8'}        | ${'fe80::1'}         | ${false}
  ${'::1'}             | ${'0:0:0:0:0:0:0:1'} | ${true}
  ${'::ffff:10.0.0.1'} | ${'::ffff:a00:1'}    | ${true}
  ${'::/0'}            | ${'10.0.0.1'}        | ${false}
`('$address in $range: $holds', ({ range, address, holds }) => {
  expect(inRanges([range])(address)).toBe(holds);
});

test.each([
  '',
  '10.0.0',
  '10.0.0.256',
  '10.0.0.1/33',
  '10.0.0.1/',
  '10.0.0.01',
  '::1/129',
  '1::2::3',
  'a',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
])("'%s' is no range", (text) => {
  expect(isRange(text)).toBe(false);
});
