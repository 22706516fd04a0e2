import { principalsOfMesh, trustDomainsOfMesh } from '../../../src/simulation/authorization/trust-domains';

// The first rows are those of Istio's own table.
// https://github.com/istio/istio/blob/master/pilot/pkg/security/trustdomain/bundle_test.go
test.each`
  principal                    | trustDomains                 | all
  ${'cluster.local/ns/a/sa/b'} | ${['td1', 'cluster.local']}  | ${['td1/ns/a/sa/b', 'cluster.local/ns/a/sa/b']}
  ${'td2/ns/a/sa/b'}           | ${['td1', 'td2', 'some-td']} | ${['td1/ns/a/sa/b', 'td2/ns/a/sa/b', 'some-td/ns/a/sa/b']}
  ${'cluster.local/ns/a/sa/b'} | ${['td1']}                   | ${['td1/ns/a/sa/b']}
  ${'*/ns/a/sa/b'}             | ${['td1', 'td2']}            | ${['*/ns/a/sa/b']}
  ${'*-td/ns/a/sa/b'}          | ${['new-td', 'td2']}         | ${['*-td/ns/a/sa/b', 'td2/ns/a/sa/b']}
  ${'other/ns/a/sa/b'}         | ${['td1', 'td2']}            | ${['other/ns/a/sa/b']}
  ${'sa/b'}                    | ${['td1', 'td2']}            | ${['sa/b']}
  ${'*'}                       | ${['td1', 'td2']}            | ${['*']}
  ${'cluster.local/ns/a/*'}    | ${['td1']}                   | ${['cluster.local/ns/a/*']}
  ${'cluster.local/ns/a/sa/*'} | ${['td1']}                   | ${['td1/ns/a/sa/*']}
`('$principal in a mesh of $trustDomains', ({ principal, trustDomains, all }) => {
  expect(principalsOfMesh([principal], trustDomains)).toEqual(all);
});

test('a trust domain of the mesh stands for all of them, cluster.local for itself', () => {
  expect(trustDomainsOfMesh(['td1', 'other', 'cluster.local'], ['td1', 'td2'])).toEqual([
    'td1',
    'td2',
    'other',
    'cluster.local',
  ]);
});
