import { retriesOf } from '../../../src/simulation/routing/retries';

const DEFAULT = ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', 'retriable-status-codes'];

// https://github.com/istio/istio/blob/1.31.1/pilot/pkg/networking/core/route/retry/retry_test.go
describe('the retries of a route', () => {
  test('are two where nobody says anything', () => {
    expect(retriesOf(undefined, undefined, false)).toEqual({
      attempts: 2,
      retryOn: DEFAULT,
      ignorePreviousHosts: true,
      remoteLocalities: false,
      source: 'default',
    });
  });

  test('are none with attempts: 0, and that is the word of the VirtualService', () => {
    expect(retriesOf({ attempts: 0 }, undefined, false)).toMatchObject({
      attempts: 0,
      retryOn: [],
      source: 'virtual-service',
    });
  });

  test('are those of the mesh where the route says nothing', () => {
    expect(retriesOf(undefined, { attempts: 5, retryOn: '503' }, false)).toMatchObject({ attempts: 5, source: 'mesh' });
    expect(retriesOf(undefined, { attempts: 0 }, false)).toMatchObject({ attempts: 0, source: 'mesh' });
    expect(retriesOf({ attempts: 1 }, { attempts: 5 }, false)).toMatchObject({
      attempts: 1,
      source: 'virtual-service',
    });
  });

  test.each([
    ['keep the usual conditions where they name none', undefined, DEFAULT],
    ['also for an empty list', '', DEFAULT],
    ['name their conditions', 'reset,unavailable', ['reset', 'unavailable']],
    ['may have blanks and holes in the list', ' reset , ,unavailable', ['reset', 'unavailable']],
    ['take numbers for statuses', 'reset,503', ['reset', '503', 'retriable-status-codes']],
    ['do not say so twice', 'retriable-status-codes,503', ['retriable-status-codes', '503']],
  ])('%s', (_, retryOn, expected) => {
    expect(retriesOf({ attempts: 1, retryOn }, undefined, false).retryOn).toEqual(expected);
  });

  test('bring their times in milliseconds', () => {
    const spec = { attempts: 2, perTryTimeout: '1.5s', backoff: '50ms' };
    expect(retriesOf(spec, undefined, false)).toMatchObject({ perTryTimeout: 1500, backoff: 50 });
  });

  test('go to the same pod again with a consistent hash, unless told not to', () => {
    expect(retriesOf(undefined, undefined, true).ignorePreviousHosts).toBe(false);
    expect(retriesOf({ attempts: 1, retryIgnorePreviousHosts: true }, undefined, true).ignorePreviousHosts).toBe(true);
    expect(retriesOf({ attempts: 1, retryIgnorePreviousHosts: false }, undefined, false).ignorePreviousHosts).toBe(
      false,
    );
  });

  test('leave for other localities only if told to', () => {
    expect(retriesOf({ attempts: 1, retryRemoteLocalities: true }, undefined, false).remoteLocalities).toBe(true);
  });
});
