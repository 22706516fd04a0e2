import { inNamespaces, inTrustDomains, isServiceAccount } from '../../../src/simulation/authorization/identity-match';

const WEB = 'cluster.local/ns/shop/sa/web';

test.each`
  value     | peer                          | holds
  ${'shop'} | ${WEB}                        | ${true}
  ${'sho'}  | ${WEB}                        | ${false}
  ${'sh*'}  | ${WEB}                        | ${true}
  ${'*op'}  | ${WEB}                        | ${true}
  ${'*'}    | ${WEB}                        | ${true}
  ${'s*p'}  | ${WEB}                        | ${true}
  ${'s*x'}  | ${WEB}                        | ${false}
  ${'s.op'} | ${WEB}                        | ${false}
  ${'web'}  | ${WEB}                        | ${false}
  ${'shop'} | ${'x.example/ns/shop/sa/web'} | ${true}
  ${'*'}    | ${''}                         | ${false}
`("namespace '$value' of '$peer': $holds", ({ value, peer, holds }) => {
  expect(inNamespaces([value])(peer)).toBe(holds);
  expect(inNamespaces(['other', value])(peer)).toBe(holds);
});

test.each`
  value          | peer                                   | holds
  ${'web'}       | ${WEB}                                 | ${true}
  ${'shop/web'}  | ${WEB}                                 | ${true}
  ${'other/web'} | ${WEB}                                 | ${false}
  ${'we'}        | ${WEB}                                 | ${false}
  ${'web'}       | ${'cluster.local/ns/other/sa/web'}     | ${false}
  ${'web'}       | ${'x.example/ns/shop/sa/web'}          | ${true}
  ${'web'}       | ${'x.example/ns/shop/r/1/sa/web/more'} | ${true}
  ${'web'}       | ${'x.example/ns/shop/r/1/sa/web-more'} | ${false}
  ${'web'}       | ${'/ns/shop/sa/web'}                   | ${false}
  ${'web'}       | ${''}                                  | ${false}
`("service account '$value' of a policy in shop, '$peer': $holds", ({ value, peer, holds }) => {
  expect(isServiceAccount([value], 'shop')(peer)).toBe(holds);
  expect(isServiceAccount(['other', value], 'shop')(peer)).toBe(holds);
});

test.each`
  value       | peer                    | holds
  ${'td.one'} | ${'td.one/ns/a/sa/b'}   | ${true}
  ${'td.one'} | ${'td.one.x/ns/a/sa/b'} | ${false}
  ${'td*'}    | ${'td.one/ns/a/sa/b'}   | ${true}
  ${'*one'}   | ${'td.one/ns/a/sa/b'}   | ${true}
  ${'*a'}     | ${'td.one/ns/a/sa/b'}   | ${false}
  ${'*'}      | ${'td.one/ns/a/sa/b'}   | ${true}
  ${'*'}      | ${''}                   | ${false}
  ${'td.one'} | ${''}                   | ${false}
`("trust domain '$value' of '$peer': $holds", ({ value, peer, holds }) => {
  expect(inTrustDomains([value])(peer)).toBe(holds);
});
