import { ExternalTls } from '../../src';
import { refusal } from '../support/refusal';

const host = 'api.cards.example';

test('asks for the host and compares it, unless told otherwise', () => {
  expect(ExternalTls.verified()._origination(host)).toEqual({
    serverName: host,
    subjectAltNames: [host],
    secret: undefined,
    showsCertificate: false,
  });
});

test('asks for another name, and takes certificates of others', () => {
  const tls = ExternalTls.verified({ serverName: 'eu.cards.example', subjectAltNames: ['cards.example'] });
  expect(tls._origination(host)).toMatchObject({ serverName: 'eu.cards.example', subjectAltNames: ['cards.example'] });
});

test('trusts an authority of its own', () => {
  expect(ExternalTls.verified({ authoritySecret: 'cards-ca' })._origination(host)).toMatchObject({
    secret: 'cards-ca',
    showsCertificate: false,
  });
});

test('shows a certificate', () => {
  expect(ExternalTls.mutual({ secretName: 'cards-client' })._origination(host)).toMatchObject({
    subjectAltNames: [host],
    secret: 'cards-client',
    showsCertificate: true,
  });
});

test('leaves it to the application', () => {
  expect(ExternalTls.ofApplication()._origination(host)).toBeUndefined();
});

test.each([
  ['a pattern as server name', () => ExternalTls.verified({ serverName: '*.cards.example' }), 'InvalidHost'],
  ['an address as server name', () => ExternalTls.verified({ serverName: '203.0.113.7' }), 'InvalidHost'],
  ['no name to compare', () => ExternalTls.verified({ subjectAltNames: [] }), 'NoSubjectAltNames'],
  ['a pattern to compare', () => ExternalTls.verified({ subjectAltNames: ['*'] }), 'InvalidHost'],
  ['a Secret that none can be', () => ExternalTls.verified({ authoritySecret: 'CA!' }), 'InvalidName'],
  ['a certificate that none can be', () => ExternalTls.mutual({ secretName: '' }), 'InvalidName'],
  [
    'no name to compare beside a certificate',
    () => ExternalTls.mutual({ secretName: 'a', subjectAltNames: [] }),
    'NoSubjectAltNames',
  ],
])('refuses %s', (_, attempt, code) => {
  expect(refusal(attempt).code).toBe(code);
});
