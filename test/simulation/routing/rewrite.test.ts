import type { HttpMatch, HttpRoute } from '../../../src/manifests/types';
import { HttpRequest } from '../../../src/simulation/routing/http-request';
import { rewritten } from '../../../src/simulation/routing/rewrite';

const request = new HttpRequest(
  { via: { kind: 'sidecar' }, host: 'a', port: 80, path: '/v1/shop/list' },
  'a',
  'http',
  'BASE',
);

// https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite
test.each<[string, HttpRoute, HttpMatch | undefined, ReturnType<typeof rewritten>]>([
  ['nothing', {}, undefined, undefined],
  ['a prefix', { rewrite: { uri: '/v2' } }, { uri: { prefix: '/v1' } }, { path: '/v2/shop/list' }],
  ['a prefix as text', { rewrite: { uri: '/' } }, { uri: { prefix: '/v1' } }, { path: '//shop/list' }],
  ['a whole path', { rewrite: { uri: '/x' } }, { uri: { exact: '/v1/shop/list' } }, { path: '/x' }],
  ['all that an expression takes', { rewrite: { uri: '/x' } }, { uri: { regex: '/v1/.*' } }, { path: '/x' }],
  ['the slash, where no path is asked for', { rewrite: { uri: '/x' } }, undefined, { path: '/xv1/shop/list' }],
  [
    'parts by an expression',
    { rewrite: { uriRegexRewrite: { match: '^/v1/([^/]+)/(.*)$', rewrite: '/\\2/$/\\1' } } },
    undefined,
    { path: '/list/$/shop' },
  ],
  ['the authority', { rewrite: { authority: 'b' } }, undefined, { authority: 'b' }],
  ['the authority by a header', { headers: { request: { set: { Host: 'c' } } } }, undefined, { authority: 'c' }],
])('%s', (_, spec, match, expected) => {
  expect(rewritten(spec, match, request)).toEqual(expected);
});
