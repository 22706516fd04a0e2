import { TlsCertificate } from '../../src/values/tls-certificate';
import { refusal } from '../support/refusal';

test('a Secret that is there is named as it is and has no issuer', () => {
  const certificate = TlsCertificate.fromSecret('coffee-tls');
  expect(certificate._secretName('edge')).toBe('coffee-tls');
  expect(certificate._issuer).toBeUndefined();
});

test.each(['api.coffee.example', '2027-tls'])('a Secret may be called %s', (name) => {
  expect(TlsCertificate.fromSecret(name)._secretName('edge')).toBe(name);
});

test('cert-manager issues into a Secret called after the ingress, by a ClusterIssuer', () => {
  const certificate = TlsCertificate.fromCertManager({ issuer: 'letsencrypt' });
  expect(certificate._secretName('edge')).toBe('edge-tls');
  expect(certificate._issuer).toEqual({ name: 'letsencrypt', kind: 'ClusterIssuer' });
});

test('cert-manager issues into another Secret and by an Issuer when asked', () => {
  const certificate = TlsCertificate.fromCertManager({
    issuer: 'private-ca',
    issuerKind: 'Issuer',
    secretName: 'coffee-tls',
  });
  expect(certificate._secretName('edge')).toBe('coffee-tls');
  expect(certificate._issuer).toEqual({ name: 'private-ca', kind: 'Issuer' });
});

test.each([
  ['TlsCertificate.fromSecret', () => TlsCertificate.fromSecret('Coffee_TLS')],
  ['TlsCertificate.fromSecret', () => TlsCertificate.fromSecret('')],
  ['TlsCertificate.fromSecret', () => TlsCertificate.fromSecret('istio-system/coffee-tls')],
  ['TlsCertificate.fromCertManager', () => TlsCertificate.fromCertManager({ issuer: 'ca', secretName: '' })],
  ['TlsCertificate.fromCertManager', () => TlsCertificate.fromCertManager({ issuer: '' })],
])('%s refuses what is not the name of an object', (where, attempt) => {
  const error = refusal(attempt);
  expect(error.code).toBe('InvalidName');
  expect(error.message.startsWith(`${where}: `)).toBe(true);
});

test.each(['', 'issuer', 'Secret', 'clusterissuer'])("cert-manager knows no issuer of the kind '%s'", (issuerKind) => {
  const error = refusal(() => TlsCertificate.fromCertManager({ issuer: 'ca', issuerKind }));
  expect(error.code).toBe('UnknownIssuerKind');
  expect(error.message).toContain(`TlsCertificate.fromCertManager: issuerKind is '${issuerKind}'.`);
});
