import fc from 'fast-check';
import type { TokenPlace } from '../../../src/simulation/request';
import type { Call } from '../ask';
import { type Json, often } from './arbitrary';
import { CALLERS, ENTRIES, GATEWAY, HOSTS, hostOf, PATHS, PORTS, SERVERS, UNDECLARED, UNDECLARED_DOORS } from './world';

/** A call that is asked of both. */
export interface Probe {
  /** From a pod to a service; past all clients' proxies to a pod; through the gateway. */
  readonly way: 'inside' | 'direct' | 'edge';
  /** A workload; for `direct` `namespace/account`, or nothing for plaintext. */
  readonly from: string;
  /** The host of a service, a workload, or the host of a gateway. */
  readonly to: string;
  /** As the client dials it: of the service, of the pod, or of the gateway. */
  readonly port: number;
  readonly speaks: 'grpc' | 'http' | 'tcp';
  readonly path: string;
  readonly verb: string;
  readonly authority: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly claims?: { readonly [name: string]: Json };
  /** Where the token with these claims is. */
  readonly tokenAt: TokenPlace;
  readonly source?: string;
}

const paths = often<string>([6, fc.constant(PATHS[0])], [4, fc.constantFrom(...PATHS)]);
const headers = often<Record<string, string>>(
  [3, fc.constant({})],
  [1, fc.constantFrom('admin', 'user', 'ADMIN').map((role) => ({ 'x-role': role }))],
);
export const FORWARDED = 'x-forwarded-for';
const forwarded = fc.constantFrom(
  '192.0.2.7',
  '192.0.2.7, 10.244.130.7',
  '10.244.200.1,192.0.2.9',
  '10.244.130.8',
  'unknown',
);
/** Some have come a long way, or say so. */
const pretending = (calls: fc.Arbitrary<Probe>, some: number, of: number): fc.Arbitrary<Probe> =>
  fc
    .tuple(calls, often<string | undefined>([of - some, fc.constant(undefined)], [some, forwarded]))
    .map(([probe, from]) =>
      from === undefined ? probe : { ...probe, headers: { ...probe.headers, [FORWARDED]: from } },
    );
const claimed = fc.record({
  iss: fc.constantFrom('https://issuer.example', 'https://other.example'),
  sub: fc.constantFrom('alice', 'bob'),
  aud: fc.constantFrom<Json>('shop', ['bank', 'tea'], 'tea'),
  azp: fc.constantFrom('cli', 'web'),
  group: fc.constantFrom<Json>('staff', ['guests', 'staff'], 7),
  org: fc.constantFrom<Json>({ team: 'blue' }, { team: ['red', 'blue'] }, 'none'),
});
const tokens = often<Probe['claims']>([3, fc.constant(undefined)], [1, claimed]);
const BEARER: TokenPlace = { header: 'authorization', prefix: 'Bearer ' };
const places = often<TokenPlace>(
  [5, fc.constant(BEARER)],
  [
    4,
    fc.constantFrom<TokenPlace>(
      { header: 'authorization' },
      { header: 'x-token' },
      { header: 'x-token', prefix: 'Token ' },
      { param: 'token' },
      { param: 'access_token' },
    ),
  ],
);
const verbs = fc.constantFrom('GET', 'POST');
const what = fc.record({ path: paths, verb: verbs, headers, claims: tokens, tokenAt: places });

/** A host in the words of a client. */
const authorities: readonly ((host: string, port: number) => string)[] = [
  (host, port) => `${host}:${port}`,
  (host) => host,
  (host, port) => `${host.replace('.svc.cluster.local', '')}:${port}`,
  (host, port) => `${host.replace('.cluster.local', '')}:${port}`,
  (host, port) => `${host.toUpperCase()}:${port}`,
];
const styles = often([6, fc.constant(0)], [1, fc.nat({ max: authorities.length - 1 })]);

/** Hosts of no Service. A client without proxy would ask its DNS for them, and there is none. */
const elsewhere: fc.Arbitrary<Probe> = fc
  .record({
    from: fc.constantFrom(...CALLERS.filter((caller) => caller !== 'legacy/plain')),
    to: fc.constantFrom(...ENTRIES, ...UNDECLARED),
    door: fc.constantFrom(...UNDECLARED_DOORS),
    style: styles,
    what,
  })
  .map(({ from, to, door, style, what: { claims, ...rest } }) => {
    const { port, speaks } = isEntry(to) ? UNDECLARED_DOORS[0] : door;
    const authority = authorities[style](to, port);
    return { ...rest, ...(claims && { claims }), way: 'inside', from, to, port, speaks, authority };
  });

function isEntry(host: string): boolean {
  return ENTRIES.some((entry) => entry === host);
}

const inside: fc.Arbitrary<Probe> = fc
  .record({
    from: fc.constantFrom(...CALLERS),
    to: often([3, fc.constant(HOSTS[0])], [3, fc.constantFrom(...HOSTS)]),
    at: fc.nat(),
    style: styles,
    what,
  })
  // A pod that calls itself past its proxy is a question of the network.
  .filter(({ from, to }) => to.split('.', 2).reverse().join('/') !== from)
  .map(({ from, to, at, style, what: { claims, ...rest } }) => {
    const doors = PORTS[to];
    const { port, speaks } = doors[at % 5 < 2 ? 0 : at % doors.length];
    return {
      ...rest,
      ...(claims && { claims }),
      way: 'inside',
      from,
      to,
      port,
      speaks,
      authority: authorities[style](to, port),
    };
  });

const direct: fc.Arbitrary<Probe> = fc
  .record({
    from: fc.constantFrom(
      '',
      'shop/web',
      'shop/admin',
      'bank/vault',
      'legacy/plain',
      'istio-ingress/istio-ingress',
      'far/away',
    ),
    to: often([4, fc.constant(SERVERS[0])], [2, fc.constantFrom(...SERVERS)]),
    at: fc.nat(),
    source: often<string | undefined>(
      [1, fc.constant(undefined)],
      [2, fc.constantFrom('10.244.130.7', '10.244.130.8', '10.244.200.1')],
    ),
    what,
  })
  .map(({ from, to, at, source = '10.244.250.1', what: { claims, ...rest } }) => {
    const doors = PORTS[hostOf(to)];
    const { target, speaks } = doors[at % 5 < 2 ? 0 : at % doors.length];
    const authority = `${hostOf(to)}:${target}`;
    return { ...rest, ...(claims && { claims }), way: 'direct', from, to, port: target, speaks, authority, source };
  });

const edge: fc.Arbitrary<Probe> = fc
  .record({
    to: fc.constantFrom(
      'api.example.com:443',
      'shared.example.com:443',
      'plain.example.com:80',
      'a.wild.example.com:80',
      'b.wild.example.com:80',
    ),
    what,
    source: fc.constantFrom('10.244.130.7', '10.244.200.1'),
  })
  .map(({ to: address, source, what: { claims, ...rest } }) => {
    const [to, port] = address.split(':');
    return {
      ...rest,
      ...(claims && { claims }),
      ...{ way: 'edge', from: 'outside', to, port: Number(port), speaks: 'grpc', authority: to, source },
    };
  });

export const edgeProbes = pretending(edge, 1, 2);

/** Of what proxies do with hosts. */
export const outboundProbes: fc.Arbitrary<Probe> = often([2, inside], [3, elsewhere]);

/** Of which nothing is read. */
export const rawProbes: fc.Arbitrary<Probe> = inside.filter(({ speaks }) => speaks === 'tcp');

/** With tokens. */
export const tokenProbes: fc.Arbitrary<Probe> = fc
  .tuple(often([3, inside], [3, direct], [1, edgeProbes]), often([9, claimed], [1, fc.constant(undefined)]))
  .map(([probe, claims]) => ({ ...probe, claims }));

export const probes: fc.Arbitrary<Probe> = often(
  [8, pretending(inside, 1, 12)],
  [1, elsewhere],
  [8, pretending(direct, 1, 12)],
  [1, edgeProbes],
);

/** What is special about a call. */
export function traitsOf({ way, to, claims, tokenAt, speaks, headers: all }: Probe): readonly string[] {
  const isDeclared = way !== 'inside' || Object.hasOwn(PORTS, to);
  const [place = ''] = Object.values(tokenAt);
  return [
    ...(FORWARDED in all ? [`${FORWARDED} of a call ${way}`] : []),
    ...(isDeclared ? [] : [isEntry(to) ? `call to ${to} of a ServiceEntry` : `call to ${to} that nothing declares`]),
    ...(claims && speaks !== 'tcp' ? [`token in ${Object.keys(tokenAt).join(' with ')} ${place}`] : []),
  ];
}

/** As the lab makes it. */
export function callOf(probe: Probe, id: string): Call {
  const { way, from, to, port, speaks, verb, authority, claims, source } = probe;
  return {
    id,
    from: way === 'inside' ? from : 'outside',
    to: `${to}:${port}`,
    authority,
    headers: headersOf(probe, '{token}'),
    kind: speaks === 'grpc' ? 'unary' : speaks,
    ...(speaks !== 'tcp' && { method: pathOf(probe, '{token}'), ...(claims && { token: claims }) }),
    ...(speaks === 'http' && { verb }),
    ...(way === 'direct' && (from === '' ? { tls: 'none' } : { identity: from })),
    ...(way === 'edge' && { via: GATEWAY }),
    ...(source !== undefined && { source }),
  };
}

function headersOf({ headers: all, claims, tokenAt, speaks }: Probe, token: string): Record<string, string> {
  const isShown = claims !== undefined && speaks !== 'tcp' && 'header' in tokenAt;
  return { ...all, ...(isShown && { [tokenAt.header]: `${tokenAt.prefix ?? ''}${token}` }) };
}

/** With the query. */
export function pathOf({ path, claims, tokenAt, speaks }: Probe, token: string): string {
  if (!claims || speaks === 'tcp' || !('param' in tokenAt)) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${tokenAt.param}=${token}`;
}
