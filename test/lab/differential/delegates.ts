import fc from 'fast-check';
import { few, type Json, often, type Rule } from './arbitrary';
import { extras, httpRules, matches } from './http-routes';
import { edgeHosts, meshHosts, NETWORKING, scopes } from './traffic';

// VirtualServices that leave routes to others, which have no hosts.

const delegates: fc.Arbitrary<Rule> = fc
  .record({
    name: fc.constantFrom('d1', 'd2'),
    namespace: fc.constantFrom('bank', 'shop'),
    exportTo: scopes,
    http: fc.array(httpRules, { minLength: 1, maxLength: 3 }),
  })
  .map(({ name, namespace, exportTo, http }) => ({
    ...{ apiVersion: NETWORKING, kind: 'VirtualService', name, namespace },
    spec: { ...(exportTo && { exportTo }), http },
  }));

/** In which matches of delegates can lie. */
const wide = few({ uri: fc.constantFrom('/', '/bank', '/bank.Ledger/').map((prefix): Json => ({ prefix })) });

const delegating = fc
  .record({
    match: often<Json[]>(
      [2, fc.constant([])],
      [4, fc.array(wide, { minLength: 1, maxLength: 2 })],
      [1, fc.array(matches, { minLength: 1, maxLength: 2 })],
    ),
    delegate: fc.record({
      name: often([9, fc.constantFrom('d1', 'd2')], [1, fc.constant('r0')]),
      namespace: fc.constantFrom('bank', 'shop', undefined),
    }),
    more: extras,
  })
  .map(({ match, delegate: { name, namespace }, more }) => ({
    ...more,
    ...(match.length > 0 && { match }),
    delegate: { name, ...(namespace && { namespace }) },
  }));

const roots = (where: typeof meshHosts): fc.Arbitrary<Rule> =>
  fc
    .record({
      namespace: fc.constantFrom('bank', 'bank', 'shop'),
      where,
      exportTo: scopes,
      http: fc.array(often<Json>([3, delegating], [1, httpRules]), { minLength: 1, maxLength: 3 }),
    })
    .map(({ namespace, where: hosts, exportTo, http }) => ({
      ...{ apiVersion: NETWORKING, kind: 'VirtualService', namespace },
      spec: { ...hosts, ...(exportTo && { exportTo }), http },
    }));

const families = (where: typeof meshHosts): fc.Arbitrary<Rule[]> =>
  fc
    .tuple(
      fc.array(roots(where), { minLength: 1, maxLength: 2 }),
      fc.uniqueArray(delegates, {
        selector: ({ namespace, name }) => `${namespace}/${name}`,
        minLength: 1,
        maxLength: 3,
      }),
    )
    .map((both) => both.flat());

export const delegations = families(meshHosts);
export const edgeDelegations = families(edgeHosts);
