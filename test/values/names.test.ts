import fc from 'fast-check';
import {
  clusterDomainName,
  dnsLabel,
  gatewayHost,
  hostRoutesName,
  namespaceName,
  objectName,
  serviceHost,
} from '../../src/values/names';
import { refusal } from '../support/refusal';

const WHERE = 'coffee-shop/order (GrpcService)';
const fixOf = (attempt: () => unknown) => /^ {4}'(.*)'$/m.exec(refusal(attempt).message)?.[1] ?? 'no fix';

/** Names that are nearly right, of every length around the limits. */
const nearlyNames = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'z', '0', '9', '-'), maxLength: 66 }),
  fc.string({ unit: fc.constantFrom('a', '0', '-', '.', 'A', '_', 'é'), maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 70 }),
  fc.integer({ min: 60, max: 66 }).map((length) => 'x'.repeat(length)),
);

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const only = (text: string, allowed: string) => [...text].every((char) => allowed.includes(char));

// <label> ::= <letter> [ [ <ldh-str> ] <let-dig> ] of at most 63 characters, in lower case:
// https://datatracker.ietf.org/doc/html/rfc1035#section-2.3.1
function isRfc1035Label(text: string): boolean {
  return (
    text.length >= 1 &&
    text.length <= 63 &&
    only(text, `${LETTERS}${DIGITS}-`) &&
    only(text.slice(0, 1), LETTERS) &&
    !text.endsWith('-')
  );
}

function accepts(check: (name: string, where: string) => string, name: string): boolean {
  try {
    return check(name, WHERE) === name;
  } catch {
    return false;
  }
}

describe('the name of our own objects', () => {
  test('is exactly an RFC 1035 label of at most 63 characters', () => {
    fc.assert(
      fc.property(nearlyNames, (name) => {
        expect(accepts(dnsLabel, name)).toBe(isRfc1035Label(name));
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['a', 'order', 'order-2', 'o--2', 'x'.repeat(63)])('may be %s', (name) => {
    expect(dnsLabel(name, WHERE)).toBe(name);
  });

  test.each([
    ['empty', '', 'order'],
    ['in camel case', 'orderService', 'orderservice'],
    ['with an underscore and a dot', 'my_svc.v1', 'my-svc-v1'],
    ['starting with a digit', '2nd-order', 'nd-order'],
    ['ending with a dash', 'order-', 'order'],
    ['without any letter', '42', 'order'],
  ])('may not be %s', (_, name, fix) => {
    const error = refusal(() => dnsLabel(name, WHERE));
    expect(error.code).toBe('InvalidName');
    expect(error.message).toContain(`${WHERE}: '${name}' is not a DNS label.`);
    expect(fixOf(() => dnsLabel(name, WHERE))).toBe(fix);
  });

  test('may not have 64 characters', () => {
    const error = refusal(() => dnsLabel('x'.repeat(64), WHERE));
    expect(error.code).toBe('NameTooLong');
    expect(error.message).toContain('has 64 characters, 63 are allowed');
  });

  test('that is refused comes with one that is not', () => {
    fc.assert(
      fc.property(
        nearlyNames.filter((name) => !isRfc1035Label(name) && !/[\n']/.test(name)),
        (name) => {
          expect(isRfc1035Label(fixOf(() => dnsLabel(name, WHERE)))).toBe(true);
        },
      ),
    );
  });
});

describe('the name of a namespace', () => {
  // Like RFC 1035, but the first character may be a digit: https://datatracker.ietf.org/doc/html/rfc1123#section-2.1
  test('is exactly an RFC 1123 label of at most 63 characters', () => {
    fc.assert(
      fc.property(nearlyNames, (name) => {
        const digitFirst = only(name.slice(0, 1), DIGITS) && name.length >= 1 && name.length <= 63;
        const expected = isRfc1035Label(digitFirst ? `a${name.slice(1)}` : name);
        expect(accepts(namespaceName, name)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['2nd-floor', '42', 'coffee-shop', 'x'.repeat(63)])('may be %s', (name) => {
    expect(namespaceName(name, WHERE)).toBe(name);
  });

  test.each([
    ['InvalidName', ''],
    ['InvalidName', '*'],
    ['InvalidName', 'Kube System'],
    ['InvalidName', '2nd.floor'],
    ['InvalidName', '2nd-'],
    ['InvalidName', '-2nd'],
    ['NameTooLong', 'x'.repeat(64)],
  ])('is refused as %s if it is %j', (code, name) => {
    const error = refusal(() => namespaceName(name, WHERE));
    expect(error.code).toBe(code);
    expect(error.message).toContain(`${WHERE}: '${name}' is not the name of a namespace.`);
  });
});

describe('the name of an object that is there', () => {
  test.each(['a', '2', 'coffee-tls', 'api.coffee.example', '3scale.v1', 'x'.repeat(253)])('may be %s', (name) => {
    expect(objectName(name, WHERE)).toBe(name);
  });

  test.each(['', '*', 'a*', 'Coffee', 'a_b', 'a/b', '.a', 'a.', 'a..b', '-a', 'a-', 'a.-b', 'x'.repeat(254)])(
    'may not be %j',
    (name) => {
      const error = refusal(() => objectName(name, WHERE));
      expect(error.code).toBe('InvalidName');
      expect(error.message).toContain(`${WHERE}: '${name}' is not the name of a Kubernetes object.`);
    },
  );
});

describe('the host of an ingress', () => {
  const longest = `${'x'.repeat(63)}.`.repeat(3);

  test.each([
    'api.coffee.example',
    '*.coffee.example',
    'a.b',
    '1.coffee.example',
    '10.0.0.1.example',
    '10.0.0.x1',
    'xn--caf-dma.example',
    `${'x'.repeat(63)}.example`,
    `${longest}${'y'.repeat(61)}`,
  ])('may be %s', (host) => {
    expect(gatewayHost(host, WHERE)).toBe(host);
  });

  test.each([
    ['everything', '*'],
    ['a wildcard in the middle', 'api.*.example'],
    ['a wildcard in a part', 'a*.coffee.example'],
    ['nothing', ''],
    ['a short name', 'coffee'],
    ['a URL', 'https://api.coffee.example'],
    ['a host with a port', 'api.coffee.example:443'],
    ['a namespace and a host', 'coffee-shop/api.coffee.example'],
    ['upper case', 'API.coffee.example'],
    ['an underscore', 'my_api.coffee.example'],
    ['an empty label', 'api..example'],
    ['a dot at the end', 'api.coffee.example.'],
    ['a label that ends with a dash', 'api-.example'],
    ['a label of 64 characters', `${'x'.repeat(64)}.example`],
    ['254 characters', `${longest}${'y'.repeat(62)}`],
    ['an address', '10.0.0.1'],
    ['a wildcard before a number', '*.1'],
  ])('may not be %s', (_, host) => {
    const error = refusal(() => gatewayHost(host, WHERE));
    expect(error.code).toBe('InvalidHost');
    expect(error.message).toContain(`${WHERE}: '${host}' is not a host name`);
  });
});

describe('the host of one Service', () => {
  test.each(['kube-dns.kube-system.svc.cluster.local', 'dns.2nd.svc.corp', 'a.b'])('may be %s', (host) => {
    expect(serviceHost(host, WHERE)).toBe(host);
  });

  test.each(['*', '*.kube-system.svc.cluster.local', '', 'dns', '10.96.0.10', 'Dns.svc', `${'x.'.repeat(126)}xx`])(
    'may not be %j',
    (host) => {
      const error = refusal(() => serviceHost(host, WHERE));
      expect(error.code).toBe('InvalidHost');
      expect(error.message).toContain(`${WHERE}: '${host}' is not the host name of a Service.`);
    },
  );
});

describe('the domain of a cluster', () => {
  test.each(['cluster.local', 'corp', 'k8s.corp.example', '2.example'])('may be %s', (domain) => {
    expect(clusterDomainName(domain, WHERE)).toBe(domain);
  });

  test.each(['', '*', '*.local', '.local', 'local.', 'cluster..local', 'Cluster.local', '10.0.0.1'])(
    'may not be %j',
    (domain) => {
      const error = refusal(() => clusterDomainName(domain, WHERE));
      expect(error.code).toBe('InvalidClusterDomain');
      expect(error.message).toContain(`${WHERE}: '${domain}' is not the domain of a cluster.`);
    },
  );
});

test('the routes of a host are called after ingress and host, a * by its name', () => {
  expect(hostRoutesName('edge', 'api.coffee.example')).toBe('edge-api.coffee.example');
  expect(hostRoutesName('edge', '*.coffee.example')).toBe('edge-wildcard.coffee.example');
});
