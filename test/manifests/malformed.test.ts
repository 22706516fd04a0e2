import type { Kind } from '../../src/manifests/types';
import { clusterOf } from '../support/cluster-of';

const SECURITY = 'security.istio.io/v1';
const PEERS = 'security.istio.io/PeerAuthentication';

function malformed(apiVersion: string, kind: string, spec = '{}', asked: Kind = PEERS): number {
  const yaml = `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: a, namespace: shop}, spec: ${spec}}`;
  return clusterOf(yaml, { malformed: true }).malformedOf(asked).length;
}

test.each([
  ['one that is as it should be', SECURITY, 'PeerAuthentication', '{}', 0],
  ['one with a wrong field', SECURITY, 'PeerAuthentication', '{mode: STRICT}', 1],
  ['one whose group is misspelt', 'security.istio.oi/v1', 'PeerAuthentication', '{}', 1],
  ['one of a group that others have too', 'networking.istio.io/v1', 'PeerAuthentication', '{}', 1],
  ['one whose kind is misspelt', SECURITY, 'PeerAuthentcation', '{}', 1],
  ['a kind that is like none of its group', SECURITY, 'MeshPolicy', '{}', 1],
  ['another kind of its group that is misspelt', SECURITY, 'AuthorizationPolcy', '{}', 0],
  ['another kind with a wrong field', SECURITY, 'AuthorizationPolicy', '{mode: STRICT}', 0],
  ['a kind of that name of somebody else', 'example.com/v1', 'PeerAuthentication', '{}', 0],
])('of %s it is told how many may be refused PeerAuthentications', (_, apiVersion, kind, spec, count) => {
  expect(malformed(apiVersion, kind, spec)).toBe(count);
});

test('a misspelt kind is held against no kind that it is not like', () => {
  expect(malformed('networking.k8s.io/v1', 'NetworkPolcy', '{}', 'networking.k8s.io/NetworkPolicy')).toBe(1);
  expect(malformed('networking.k8s.io/v1', 'Ingres', '{}', 'networking.k8s.io/NetworkPolicy')).toBe(0);
});
